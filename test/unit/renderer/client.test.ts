import { afterEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { ApiError } from '../../../renderer/api/api-error.ts';
import { call, pathPart, queryText, whenSignedOut } from '../../../renderer/api/client.ts';

const Reply = z.object({ name: z.string() });

function answer(status: number, body: unknown, headers: Record<string, string> = {}) {
  const fetched = vi.fn((_path: string, _init?: RequestInit) =>
    Promise.resolve(new Response(body === undefined ? null : JSON.stringify(body), { status, headers })),
  );
  vi.stubGlobal('fetch', fetched);
  return fetched;
}

async function refusal(work: Promise<unknown>): Promise<ApiError> {
  const error: unknown = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ApiError)) throw new Error('It was not refused.');
  return error;
}

afterEach(() => {
  vi.unstubAllGlobals();
  whenSignedOut(() => undefined);
});

test('sends JSON with the login of this origin only, and gives what the schema says', async () => {
  const fetched = answer(200, { name: 'a', more: 1 });
  expect(
    await call('/api/x', { method: 'POST', body: { a: 1 }, query: { q: 'ä b', empty: '', none: null }, reply: Reply }),
  ).toEqual({ name: 'a' });
  const [path, init] = fetched.mock.calls[0] ?? [];
  expect(path).toBe('/api/x?q=%C3%A4+b');
  expect(init).toMatchObject({
    method: 'POST',
    credentials: 'same-origin',
    body: '{"a":1}',
    headers: { 'content-type': 'application/json' },
  });
});

test('a list in a query gives its name once for each', () => {
  expect(queryText({ a: ['x y', 'ä'], b: 1 })).toBe('?a=x+y&a=%C3%A4&b=1');
});

test('an answer that is not what it should be is an error, never shown', async () => {
  answer(200, { name: 7 });
  expect((await refusal(call('/api/x', { reply: Reply }))).code).toBe('strange_answer');
});

describe('a refusal', () => {
  test.each([
    [
      { error: 'Task not registered', code: 'task_not_registered', details: { field: 'taskId' } },
      'task_not_registered',
      'Task not registered',
      'taskId',
    ],
    [{ error: 'not_found', message: 'There is nothing.', details: {} }, 'not_found', 'There is nothing.', null],
    [undefined, 'strange_answer', 'The service answered 404.', null],
  ])('%j', async (body, code, message, field) => {
    answer(404, body);
    expect(await refusal(call('/api/x'))).toMatchObject({ status: 404, code, message, field });
  });

  test('says how long to wait', async () => {
    answer(429, { error: 'Too many', code: 'rate_limited', details: {} }, { 'retry-after': '12' });
    expect((await refusal(call('/api/x'))).retryAfterSeconds).toBe(12);
  });

  test('for want of a login is told to who shows the login page; a wrong password is not', async () => {
    const signedOut = vi.fn();
    whenSignedOut(signedOut);
    answer(401, { error: 'A token is needed', code: 'unauthenticated', details: {} });
    await refusal(call('/api/overview'));
    await refusal(call('/api/auth/session', { method: 'POST', body: {} }));
    expect(signedOut).toHaveBeenCalledTimes(1);
  });
});

test('no answer at all is an error of its own', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
  expect(await refusal(call('/api/x'))).toMatchObject({ status: 0, code: 'no_answer' });
});

test('ids in paths keep their slashes', () => {
  expect(pathPart('a/b c')).toBe('a%2Fb%20c');
  expect(queryText({})).toBe('');
});
