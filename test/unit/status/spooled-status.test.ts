import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../../main/app/errors/app-error.ts';
import { MAX_SPOOLED_BYTES, parseSpooledStatus } from '../../../main/app/status/spooled-status.ts';

const GOOD = {
  version: 1,
  attemptId: '17f98996-da54-435c-a4e0-6a70c7ba6a1e',
  recordedAt: '2026-11-22T20:43:23.302Z',
  server: 'http://127.0.0.1:3000',
  method: 'POST',
  path: '/api/status/prod-01-db',
  body: { status: 'running', message: 'hello', progress: 45 },
};

const bytesOf = (value: unknown) => Buffer.from(JSON.stringify(value));
const withField = (changes: Record<string, unknown>) => bytesOf({ ...GOOD, ...changes });

function refusalOf(bytes: Uint8Array): string {
  try {
    parseSpooledStatus(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(AppError);
    if (error instanceof AppError && error.code === 'invalid_request') return error.message;
    throw error;
  }
  throw new Error('It was not refused.');
}

describe('a file of the spool', () => {
  test('is read', () => {
    expect(parseSpooledStatus(bytesOf(GOOD))).toEqual({
      attemptId: GOOD.attemptId,
      recordedAtMs: Date.UTC(2026, 10, 22, 20, 43, 23, 302),
      server: GOOD.server,
      taskId: 'prod-01-db',
      body: GOOD.body,
    });
  });

  test('may name any task that there can be', () => {
    const read = parseSpooledStatus(withField({ path: '/api/status/a%2Fb%20%C3%BC%F0%9F%92%BE' }));
    expect(read.taskId).toBe('a/b ü💾');
  });

  test.each([
    ['version', { version: 2 }, 'version'],
    ['attempt', { attemptId: 'x' }, 'attemptId'],
    ['attempt that is a path', { attemptId: '../../etc/passwd' }, 'attemptId'],
    ['time', { recordedAt: 'yesterday' }, 'recordedAt'],
    ['day that does not exist', { recordedAt: '2026-02-30T00:00:00.000Z' }, 'recordedAt'],
    ['time without its zone', { recordedAt: '2026-11-22T20:43:23.302' }, 'recordedAt'],
    ['method', { method: 'DELETE' }, 'method'],
    ['path', { path: '/api/tasks/register' }, 'path'],
    ['path that goes on', { path: '/api/status/a/b' }, 'path'],
    ['path with a query', { path: '/api/status/a?b=c' }, 'path'],
    ['path of bytes that are no text', { path: '/api/status/%FF' }, 'no text'],
    ['path with half an escape', { path: '/api/status/%2' }, 'no text'],
    ['task that is a step upwards', { path: '/api/status/%2E%2E' }, 'task ID'],
    ['task with a control character', { path: '/api/status/a%0Ab' }, 'task ID'],
    ['reserved task', { path: '/api/status/register' }, 'task ID'],
    ['body', { body: [] }, 'body'],
    ['text as a body', { body: '{}' }, 'body'],
    ['further field', { admin: true }, 'admin'],
  ])('is refused for its %s', (_what, changes, word) => {
    expect(refusalOf(withField(changes))).toContain(word);
  });

  test.each(Object.keys(GOOD))('is refused without its %s', (name) => {
    expect(refusalOf(withField({ [name]: undefined }))).toContain(name);
  });

  test('is refused when it is no JSON object', () => {
    for (const text of ['', '{', 'null', '[]', '"x"', '1']) refusalOf(Buffer.from(text));
  });

  test('is refused when it is no UTF-8', () => {
    const bytes = bytesOf(GOOD);
    bytes[bytes.indexOf('hello')] = 0xff;
    expect(refusalOf(bytes)).toContain('UTF-8');
  });

  test('is refused when it is larger than any client writes', () => {
    const padding = 'x'.repeat(MAX_SPOOLED_BYTES);
    expect(refusalOf(withField({ body: { status: 'running', message: padding } }))).toContain('larger');
  });

  test('is read or refused, never anything else, whatever its bytes are', () => {
    const whole = bytesOf(GOOD);
    const cut = fc.nat(whole.length - 1).map((length) => whole.subarray(0, length));
    const changed = fc.tuple(fc.nat(whole.length - 1), fc.nat(255)).map(([at, byte]) => {
      const copy = Buffer.from(whole);
      copy[at] = byte;
      return copy;
    });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), cut, changed), (bytes) => {
        try {
          expect(parseSpooledStatus(bytes).taskId.length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
        }
      }),
    );
  });

  test('changes no prototype', () => {
    const text = JSON.stringify(GOOD).replace('"status"', '"__proto__":{"polluted":true},"status"');
    const { body } = parseSpooledStatus(Buffer.from(text));
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect((body as { polluted?: boolean }).polluted).toBeUndefined();
  });
});
