import { expect, test } from 'vitest';
import { addUser, PASSWORD, startAccessApi, type AccessApi } from '../../support/access-api.ts';

const ANNA = { username: 'anna', password: PASSWORD };

function setUp(api: AccessApi, code: string, user: Record<string, unknown> = ANNA) {
  return api.request('POST', '/api/auth/setup', { body: { code, ...user } });
}

async function codeOf(api: AccessApi): Promise<string> {
  return (await api.access.setup.newCode()) ?? expect.fail('There is no setup code.');
}

test('the code makes the first user, an admin, logs them in, and is worth nothing afterwards', async () => {
  const api = await startAccessApi();
  const code = await codeOf(api);
  expect((await api.request('GET', '/api/auth/setup')).body).toEqual({ needed: true });
  const answer = await setUp(api, code.toLowerCase().replaceAll('-', ' '));
  expect(answer.body['user']).toMatchObject({ username: 'anna', role: 'admin' });
  expect(answer.headers['set-cookie']?.[0]).toContain('HttpOnly');
  expect((await api.request('GET', '/api/auth/setup')).body).toEqual({ needed: false });
  expect((await setUp(api, code, { ...ANNA, username: 'mallory' })).status).toBe(403);
  expect(await api.access.setup.newCode()).toBeNull();
});

test('two at once with the right code make one user', async () => {
  const api = await startAccessApi();
  const code = await codeOf(api);
  const answers = await Promise.all([setUp(api, code), setUp(api, code, { ...ANNA, username: 'bert' })]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 403]);
});

test('a wrong code makes nobody, and guessing ends soon', async () => {
  const api = await startAccessApi();
  const code = await codeOf(api);
  const statuses = [];
  for (let count = 0; count < 11; count++) statuses.push((await setUp(api, 'AAAA-AAAA-AAAA')).status);
  expect(statuses).toEqual([...Array<number>(10).fill(403), 429]);
  // Also with the right one: the budget is spent before anything is compared.
  expect((await setUp(api, code)).status).toBe(429);
});

test('a password that is no good costs another try, not the code', async () => {
  const api = await startAccessApi();
  const code = await codeOf(api);
  expect((await setUp(api, code, { username: 'anna-schmidt', password: 'anna-schmidt' })).status).toBe(400);
  expect((await setUp(api, code)).status).toBe(200);
});

test('somebody who was made in another way meanwhile stays the only one', async () => {
  const api = await startAccessApi();
  const code = await codeOf(api);
  await addUser(api, 'bert');
  expect((await setUp(api, code)).status).toBe(409);
});

test('without a code, in a service that printed none, nobody is made', async () => {
  const api = await startAccessApi();
  expect((await setUp(api, 'AAAA-AAAA-AAAA')).status).toBe(403);
});
