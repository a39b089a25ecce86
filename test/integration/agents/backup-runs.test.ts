import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDescriptors } from '../../support/open-descriptors.ts';
import { enrol, open, post, startService, type AnyBody } from '../../support/agent-service.ts';

interface List extends AnyBody {
  readonly runs: readonly AnyBody[];
}

async function started() {
  const service = await startService();
  const agent = await enrol(service);
  const url = `/agents/${agent.id}/backup-runs`;
  const get = <Body = AnyBody>(rest: string, headers = {}) =>
    service.ask<Body>('GET', `${url}${rest}`, { as: agent.key, headers });
  return { service, agent, url, get };
}

test('the list is newest first, in pages, with the total', async () => {
  const { service, agent, get } = await started();
  const ids: string[] = [];
  for (let count = 0; count < 10; count++) {
    ids.unshift(await post(service, agent, { durationSeconds: 10 }));
    service.clock.advanceMs(1_000);
  }
  const first = await get<List>('?limit=5');
  expect(first.body).toMatchObject({ total: 10, limit: 5, offset: 0 });
  expect(first.body.runs.map(({ id }) => id)).toEqual(ids.slice(0, 5));
  expect(first.body.runs[0]).not.toHaveProperty('log');
  const second = await get<List>('?limit=5&offset=5');
  expect(second.body.runs.map(({ id }) => id)).toEqual(ids.slice(5));
  expect((await get('')).body).toMatchObject({ limit: 100, offset: 0 });
  for (const query of ['?limit=0', '?limit=1001', '?limit=x', '?offset=-1', '?unknown=1']) {
    expect([query, (await get(query)).status]).toEqual([query, 400]);
  }
});

test('the list can be narrowed by status, policy and time', async () => {
  const { service, agent, get } = await started();
  const policyId = randomUUID();
  const good = await post(service, agent, { durationSeconds: 0 });
  service.clock.advanceMs(3_600_000);
  const bad = await post(service, agent, { status: 'failed', policyId, durationSeconds: 0 });
  const found = async (query: string) => {
    const { body } = await get<List>(query);
    expect(body['total']).toBe(body.runs.length);
    return body.runs.map(({ id }) => id);
  };
  expect(await found('?status=success')).toEqual([good]);
  expect(await found('?status=running')).toEqual([]);
  expect(await found(`?policy_id=${policyId.toUpperCase()}`)).toEqual([bad]);
  expect(await found('?from=2026-01-15T13:00:00Z')).toEqual([bad]);
  expect(await found('?to=2026-01-15T14:00:00%2B01:00')).toEqual([good]);
  expect(await found('?from=2026-01-15&to=2026-01-16')).toEqual([bad, good]);
  expect(await found(`?status=success&policy_id=${policyId}`)).toEqual([]);
});

test('an agent or a run that is not there is not found', async () => {
  const { service, agent, get } = await started();
  const missing = await get(`/${randomUUID()}`);
  expect([missing.status, missing.body['error']]).toEqual([404, 'run_not_found']);
  const nobody = await service.ask('GET', `/agents/${randomUUID()}/backup-runs`, { as: service.adminToken });
  expect([nobody.status, nobody.body['error']]).toEqual([404, 'agent_not_found']);
  const noUuid = await service.ask('GET', `/agents/..%2f..%2fetc/backup-runs`, { as: agent.key });
  expect([noUuid.status, noUuid.body['details']]).toMatchObject([400, { field: 'agentId' }]);
  const runId = await post(service, agent);
  const noLog = await get(`/${runId}/log`);
  expect([noLog.status, noLog.body['error']]).toEqual([404, 'not_found']);
});

test('a run whose log is lost is shown without', async () => {
  const { service, agent, get } = await started();
  const runId = await post(service, agent, { log: 'gone soon' });
  rmSync(join(service.folder, 'logs/agents'), { recursive: true });
  expect((await get(`/${runId}`)).body).toMatchObject({ log: null, log_size: 9, log_truncated: false });
  expect((await get(`/${runId}/log`)).status).toBe(404);
});

test('a part of a log can be asked for', async () => {
  const { service, agent, url, get } = await started();
  const runId = await post(service, agent, { log: '0123456789' });
  const part = async (range: string) => {
    const { status, headers, bytes } = await get(`/${runId}/log`, { range });
    return [status, headers['content-range'], bytes.toString()];
  };
  expect(await part('bytes=2-4')).toEqual([206, 'bytes 2-4/10', '234']);
  expect(await part('bytes=7-')).toEqual([206, 'bytes 7-9/10', '789']);
  expect(await part('bytes=-3')).toEqual([206, 'bytes 7-9/10', '789']);
  expect(await part('bytes=0-1,3-4')).toEqual([200, undefined, '0123456789']);
  const beyond = await get(`/${runId}/log`, { range: 'bytes=10-' });
  expect([beyond.status, beyond.headers['content-range']]).toEqual([416, 'bytes */10']);
  const head = await service.ask('HEAD', `${url}/${runId}/log`, { as: agent.key });
  expect([head.status, head.headers['content-length'], head.headers['accept-ranges'], head.bytes.length]).toEqual([
    200,
    '10',
    'bytes',
    0,
  ]);
});

test('no file stays open, whether a log is read, asked for by HEAD, or given up', async () => {
  const { service, agent, url } = await started();
  const runId = await post(service, agent, { log: 'x'.repeat(3_000_000) });
  const logs = join(service.folder, 'logs');
  for (let count = 0; count < 5; count++) {
    await service.ask('HEAD', `${url}/${runId}/log`, { as: agent.key });
    await service.ask('HEAD', `${url}/${runId}`, { as: agent.key });
    await service.ask('GET', `${url}/${runId}/log`, { as: agent.key });
    await service.ask('GET', `${url}/${runId}`, { as: agent.key });
  }
  const given = await open(service.port, 'GET', `${url}/${runId}`, { as: agent.key });
  given.destroy();
  await expect.poll(() => openDescriptors(logs)).toEqual([]);
});

test('fields are read from the logs of known programs', async () => {
  const { service, agent, get } = await started();
  const log = [
    'Files:           5 new,     1 changed,    20 unmodified',
    'Dirs:            2 new,     0 changed,     3 unmodified',
    'Added to the repository: 1.500 KiB (1.000 KiB stored)',
    '',
    'processed 26 files, 4.500 KiB in 0:07',
    'snapshot 590c8fc8 saved',
  ].join('\n');
  const runId = await post(service, agent, { log });
  const { body } = await get(`/${runId}`);
  expect(body['fields']).toMatchObject({ tool: 'restic', files_new: 5, data_added: 1536, snapshot_id: '590c8fc8' });
  expect(body['snapshot_id']).toBeNull();
  const { body: list } = await get<List>('');
  expect(list.runs[0]?.['fields']).toEqual(body['fields']);
});
