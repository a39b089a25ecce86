import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { secretOperations } from '../../../main/api/routes/secrets.ts';
import { Secrets } from '../../../main/app/secrets/secrets.ts';
import { FileSecretStore } from '../../../main/infra/secrets/file-secret-store.ts';
import { startApi, type TestApi } from '../../support/api-server.ts';
import { scratchFolder } from '../../support/catalogs.ts';

const VALUE = 'hunter2-Größe-🙂\n';

interface SecretApi extends TestApi {
  readonly folder: string;
  readonly store: FileSecretStore;
}

async function startSecretApi(): Promise<SecretApi> {
  const folder = join(scratchFolder(), 'secrets');
  const store = new FileSecretStore(folder);
  const api = await startApi(({ catalog, audit }) => secretOperations(new Secrets({ catalog, audit, store })));
  return { ...api, folder, store };
}

const put = (api: TestApi, name: string, value: unknown, as = 'admin') =>
  api.request('PUT', `/api/secrets/${name}`, { as, body: { value } });
const names = async (api: TestApi) => (await api.request('GET', '/api/secrets', { as: 'admin' })).body['secrets'];
const audited = async (api: TestApi) =>
  (await api.catalog.read(({ audit }) => audit.list({}, { limit: 100, offset: 0 })))
    .toReversed()
    .map(({ actor, action, object, details }) => [actor.name, action, object, details]);

describe('secrets', () => {
  test('are stored, replaced, named and removed; no answer and no audit entry has a value', async () => {
    const api = await startSecretApi();
    expect(await names(api)).toEqual([]);
    const made = await put(api, 'smtp', VALUE);
    expect([made.status, made.body]).toEqual([201, { name: 'smtp' }]);
    expect((await put(api, 'Api.Token_2', 'x'.repeat(64 * 1024))).status).toBe(201);
    expect(await api.store.read('smtp')).toBe(VALUE);
    const replaced = await put(api, 'smtp', `${VALUE}2`);
    expect([replaced.status, replaced.bytes.length]).toEqual([204, 0]);
    expect(await api.store.read('smtp')).toBe(`${VALUE}2`);
    const list = await api.request('GET', '/api/secrets', { as: 'admin' });
    expect(list.body).toEqual({ secrets: [{ name: 'Api.Token_2' }, { name: 'smtp' }] });
    const remove = () => api.request('DELETE', '/api/secrets/smtp', { as: 'admin' });
    expect((await remove()).status).toBe(204);
    expect(await remove()).toMatchObject({ status: 404, body: { code: 'not_found' } });
    expect(await names(api)).toEqual([{ name: 'Api.Token_2' }]);
    expect(await audited(api)).toEqual([
      ['admin', 'secret.created', 'secret:smtp', {}],
      ['admin', 'secret.created', 'secret:Api.Token_2', {}],
      ['admin', 'secret.replaced', 'secret:smtp', {}],
      ['admin', 'secret.deleted', 'secret:smtp', {}],
    ]);
    if (process.platform === 'win32') return;
    for (const file of readdirSync(api.folder)) expect(statSync(join(api.folder, file)).mode & 0o777).toBe(0o600);
  });

  test('are for admins', async () => {
    const api = await startSecretApi();
    for (const as of ['operator', 'viewer', 'reporter', undefined]) {
      const who = as === undefined ? {} : { as };
      for (const [method, path, body] of [
        ['GET', '/api/secrets', undefined],
        ['PUT', '/api/secrets/a', { value: 'b' }],
        ['DELETE', '/api/secrets/a', undefined],
      ] as const) {
        const { status } = await api.request(method, path, { ...who, body });
        expect([401, 403], `${method} as ${as}`).toContain(status);
      }
    }
    expect(await names(api)).toEqual([]);
  });

  test.each([
    ['a', '', 400],
    ['a', 5, 400],
    ['a', 'half \ud83d', 400],
    ['a', 'ä'.repeat(32 * 1024 + 1), 413],
    ['.hidden', 'x', 400],
    ['a%2Fb', 'x', 400],
    ['..%2F..%2Fetc', 'x', 400],
    ['a'.repeat(101), 'x', 400],
    ['%00', 'x', 400],
  ])('%s with %j is refused, and not stored', async (name, value, status) => {
    const api = await startSecretApi();
    const answer = await put(api, name, value);
    expect(answer.status).toBe(status);
    if (typeof value === 'string' && value.length > 1) expect(answer.bytes.toString()).not.toContain(value);
    expect(await names(api)).toEqual([]);
    expect(await audited(api)).toEqual([]);
  });

  test('a body that is broken is not quoted in the answer', async () => {
    const api = await startSecretApi();
    for (const body of ['{"value": "hunter2" x}', '{"value": hunter2}', 'hunter2', '{"value": "hunter2', '"hunter2']) {
      const { status, bytes } = await api.request('PUT', '/api/secrets/a', { as: 'admin', body });
      expect(status).toBe(400);
      expect(bytes.toString()).not.toContain('hunter2');
      expect(bytes.toString()).not.toContain('unter');
    }
  });

  test('set at the same time keep one whole value each, and leave nothing else', async () => {
    const api = await startSecretApi();
    const values = Array.from({ length: 12 }, (_, at) => String(at).repeat(10_000));
    const answers = await Promise.all(values.map((value, at) => put(api, at % 2 ? 'odd' : 'even', value)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(2);
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(10);
    expect(values).toContain(await api.store.read('odd'));
    expect(values).toContain(await api.store.read('even'));
    expect(readdirSync(api.folder)).toHaveLength(2);
  });

  test('what the disk refuses is told without the value', async () => {
    const api = await startSecretApi();
    rmSync(api.folder, { recursive: true, force: true });
    mkdirSync(join(api.folder, '..'), { recursive: true });
    // A file where the folder should be.
    writeFileSync(api.folder, '');
    const { status, bytes, body } = await put(api, 'a', 'hunter2');
    expect([status, body['code']]).toEqual([503, 'unavailable']);
    expect(bytes.toString()).not.toContain('hunter2');
    expect(readFileSync(api.folder, 'utf8')).toBe('');
  });
});
