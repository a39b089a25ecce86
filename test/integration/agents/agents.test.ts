import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openCatalog } from '../../../main/infra/store/open-catalog.ts';
import { scratchFolder, StoppedClock } from '../../support/catalogs.ts';
import { enrol, post, result, startService, type AnyBody, type TestService } from '../../support/agent-service.ts';

async function addTenant(service: TestService, id: string): Promise<void> {
  const answer = await service.ask('POST', '/api/auth/tenants', { as: service.adminToken, body: { id, name: id } });
  expect(answer.status).toBe(201);
}

async function addKey(service: TestService, more: AnyBody): Promise<string> {
  const body = { name: 'a key', ...more };
  const answer = await service.ask('POST', '/api/auth/keys', { as: service.adminToken, body });
  expect([answer.status, answer.body['error']]).toEqual([201, undefined]);
  return String(answer.body['key']);
}

const logCount = (folder: string) => {
  const path = join(folder, 'logs/agents');
  if (!existsSync(path)) return 0;
  return readdirSync(path, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.log')).length;
};

test('an agent is enrolled with a key of its own, which is shown once', async () => {
  const service = await startService();
  const body = { name: 'file server', hostname: 'fs-01' };
  const enrolled = await service.ask('POST', '/agents', { as: service.adminToken, body });
  expect(enrolled.status).toBe(201);
  const { api_key: key, ...shown } = enrolled.body;
  expect(shown).toEqual({
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    ...body,
    tenant_id: 'default',
    version: null,
    status: 'offline',
    last_heartbeat: null,
    created_at: '2026-01-15T12:00:00.000Z',
  });
  const own = await service.ask('GET', `/agents/${String(shown['id'])}`, { as: String(key) });
  expect(own.body).toEqual(shown);
  const again = await service.ask('POST', '/agents', { as: service.adminToken, body });
  expect([again.status, again.body['error'], again.body['details']]).toEqual([
    409,
    'conflict',
    { field: 'name', code: 'taken' },
  ]);
  const { body: audit } = await service.ask<{ entries: AnyBody[] }>('GET', '/api/v1/audit?action=agent.enrolled', {
    as: service.adminToken,
  });
  expect(JSON.stringify(audit)).toContain(`agent:${String(shown['id'])}`);
  expect(JSON.stringify(audit)).not.toContain(String(key));
});

test('an agent is online as long as its heartbeats come', async () => {
  const service = await startService();
  const agent = await enrol(service, { hostname: 'old' });
  const url = `/agents/${agent.id}`;
  const beat = await service.ask('POST', `${url}/heartbeat`, { as: agent.key, body: { version: '1.2.3' } });
  expect([beat.status, beat.body]).toEqual([200, { status: 'ok', server_time: '2026-01-15T12:00:00.000Z' }]);
  const look = async () => (await service.ask('GET', url, { as: service.adminToken })).body;
  expect(await look()).toMatchObject({ status: 'online', version: '1.2.3', hostname: 'old' });
  service.clock.advanceMs(180_000);
  expect(await look()).toMatchObject({ status: 'offline', last_heartbeat: '2026-01-15T12:00:00.000Z' });
  expect((await service.ask('POST', `${url}/heartbeat`, { as: agent.key })).status).toBe(200);
  expect(await look()).toMatchObject({ status: 'online', version: '1.2.3' });
});

test('the list has pages, by name', async () => {
  const service = await startService();
  for (const name of ['c', 'a', 'b']) await enrol(service, { name });
  const { body } = await service.ask<{ agents: AnyBody[] }>('GET', '/agents?limit=2&offset=1', {
    as: service.adminToken,
  });
  expect(body).toMatchObject({ total: 3, limit: 2, offset: 1 });
  expect(body.agents.map(({ name }) => name)).toEqual(['b', 'c']);
});

test('with an agent go its keys, runs and logs', async () => {
  const service = await startService();
  const agent = await enrol(service, { name: 'short-lived' });
  const other = await enrol(service);
  for (let count = 0; count < 3; count++) await post(service, agent, { log: 'some output' });
  await post(service, other, { log: 'another output' });
  const url = `/agents/${agent.id}`;
  expect((await service.ask('DELETE', url, { as: service.adminToken })).status).toBe(204);
  expect((await service.ask('GET', url, { as: service.adminToken })).status).toBe(404);
  expect((await service.ask('GET', url, { as: agent.key })).status).toBe(401);
  expect(logCount(service.folder)).toBe(1);
  // The name is free again.
  await enrol(service, { name: 'short-lived' });
});

test('what a crash left behind is gone after the next start', async () => {
  const folder = scratchFolder();
  const first = await startService({ folder });
  const [agent, other] = [await enrol(first), await enrol(first)];
  await post(first, agent, { log: 'of an agent that is being deleted' });
  const kept = await post(first, other, { log: 'of another one' });
  await first.stop();
  const catalog = await openCatalog({ folder, clock: new StoppedClock() });
  await catalog.write(({ agents }) => agents.markDeleted(agent.id, new Date()));
  await catalog.close();
  const orphan = 'ab'.repeat(16);
  mkdirSync(join(folder, 'logs/agents/ab'), { recursive: true });
  writeFileSync(join(folder, `logs/agents/ab/${orphan}.log`), 'without a row');
  const second = await startService({ folder });
  await expect.poll(() => logCount(folder)).toBe(1);
  const { body } = await second.ask('GET', `/agents/${other.id}/backup-runs/${kept}`, { as: other.key });
  expect(body['log']).toBe('of another one');
});

test('a key for an agent needs an agent, and belongs to its tenant', async () => {
  const service = await startService();
  await addTenant(service, 'acme');
  const agent = await enrol(service, { tenantId: 'acme' });
  const make = async (more: AnyBody) =>
    service.ask('POST', '/api/auth/keys', { as: service.adminToken, body: { name: 'k', role: 'agent', ...more } });
  expect((await make({ agentId: randomUUID() })).body['details']).toMatchObject({
    field: 'agentId',
    code: 'not_found',
  });
  expect((await make({ agentId: agent.id, tenantId: 'default' })).body['details']).toMatchObject({
    code: 'not_of_agent',
  });
  expect((await make({ agentId: agent.id })).body).toMatchObject({ tenant_id: 'acme', agent_id: agent.id });
});

describe('tenants', () => {
  /** An agent of acme with a run, and callers of another tenant. */
  async function twoTenants() {
    const service = await startService();
    await addTenant(service, 'acme');
    await addTenant(service, 'rival');
    const victim = await enrol(service, { tenantId: 'acme', name: 'victim' });
    const runId = await post(service, victim, { log: 'their secret' });
    const rivalAgent = await enrol(service, { tenantId: 'rival' });
    const rivalOperator = await addKey(service, { role: 'operator', tenantId: 'rival' });
    return { service, victim, runId, rivalAgent, rivalOperator };
  }

  test('nothing of an agent exists for another tenant, on any route', async () => {
    const { service, victim, runId, rivalAgent, rivalOperator } = await twoTenants();
    const routes = (agentId: string): [string, string, unknown?][] => [
      ['GET', `/agents/${agentId}`],
      ['POST', `/agents/${agentId}/heartbeat`, {}],
      ['POST', `/agents/${agentId}/task-results`, result({ taskId: runId, log: 'forged' })],
      ['POST', `/agents/${agentId}/task-results/batch`, { results: [result({ taskId: runId })] }],
      ['GET', `/agents/${agentId}/backup-runs`],
      ['GET', `/agents/${agentId}/backup-runs/${runId}`],
      ['GET', `/agents/${agentId}/backup-runs/${runId}/log`],
      ['PUT', `/agents/${agentId}/backup-runs/${runId}/log`, 'forged'],
      ['PUT', `/agents/${agentId}/backup-runs/${runId}/log?offset=0`, 'forged'],
    ];
    const strangers: [string, string][] = [
      [rivalAgent.key, 'agent'],
      [rivalOperator, 'operator'],
    ];
    for (const [as, who] of strangers) {
      const unknown = randomUUID();
      for (const [index, [method, path, body]] of routes(victim.id).entries()) {
        const [, unknownPath = ''] = routes(unknown)[index] ?? [];
        const answer = await service.ask(method, path, { as, body });
        expect([who, method, path, answer.status, answer.body['error']]).toEqual([
          who,
          method,
          path,
          404,
          'agent_not_found',
        ]);
        // Not to be told apart from one that is nowhere.
        expect(answer.body).toEqual((await service.ask(method, unknownPath, { as, body })).body);
      }
    }
    const gone = await service.ask('DELETE', `/agents/${victim.id}`, { as: rivalOperator });
    expect([gone.status, gone.body['error']]).toEqual([404, 'agent_not_found']);
    const untouched = await service.ask('GET', `/agents/${victim.id}/backup-runs/${runId}`, { as: victim.key });
    expect(untouched.body).toMatchObject({ log: 'their secret', status: 'success' });
  });

  test('the same execution id in two tenants is two runs', async () => {
    const { service, victim, runId, rivalAgent } = await twoTenants();
    await post(service, rivalAgent, { taskId: runId, log: 'ours', status: 'failed' });
    const read = async ({ id, key }: { id: string; key: string }) =>
      (await service.ask('GET', `/agents/${id}/backup-runs/${runId}`, { as: key })).body;
    expect(await read(rivalAgent)).toMatchObject({ log: 'ours', status: 'failed' });
    expect(await read(victim)).toMatchObject({ log: 'their secret', status: 'success' });
    // Through one's own agent nobody reaches another's run either.
    const onlyMine = await service.ask<{ runs: AnyBody[] }>('GET', `/agents/${rivalAgent.id}/backup-runs`, {
      as: rivalAgent.key,
    });
    expect(onlyMine.body.runs).toHaveLength(1);
  });

  test('lists, enrolment and events keep to the tenant', async () => {
    const { service, rivalOperator, rivalAgent } = await twoTenants();
    const list = async (query: string) =>
      (await service.ask<{ agents: AnyBody[]; total: number }>('GET', `/agents${query}`, { as: rivalOperator })).body;
    expect((await list('')).agents.map(({ id }) => id)).toEqual([rivalAgent.id]);
    expect(await list('?tenant_id=acme')).toMatchObject({ agents: [], total: 0 });
    const enrolAs = async (body: AnyBody) => service.ask('POST', '/agents', { as: rivalOperator, body });
    expect((await enrolAs({ name: 'spy', tenant_id: 'acme' })).status).toBe(403);
    // The same name as an agent of the other tenant: no conflict gives it away.
    expect((await enrolAs({ name: 'victim' })).body).toMatchObject({ tenant_id: 'rival' });
    const everything = await service.ask('GET', '/agents?tenant_id=acme', { as: service.adminToken });
    expect(everything.body['total']).toBe(1);
  });

  test('a key of an agent is for that agent only, also within its tenant', async () => {
    const service = await startService();
    const [mine, theirs] = [await enrol(service), await enrol(service)];
    const runId = await post(service, theirs, { log: 'x' });
    const routes: [string, string, unknown?][] = [
      ['GET', ''],
      ['POST', '/heartbeat', {}],
      ['POST', '/task-results', result()],
      ['POST', '/task-results/batch', { results: [result()] }],
      ['GET', '/backup-runs'],
      ['GET', `/backup-runs/${runId}`],
      ['GET', `/backup-runs/${runId}/log`],
      ['PUT', `/backup-runs/${runId}/log`, 'x'],
    ];
    for (const [method, rest, body] of routes) {
      const answer = await service.ask(method, `/agents/${theirs.id}${rest}`, { as: mine.key, body });
      expect([method, rest, answer.status, answer.body['error']]).toEqual([method, rest, 403, 'forbidden']);
    }
    expect((await service.ask('GET', '/agents', { as: mine.key })).status).toBe(403);
    expect((await service.ask('POST', '/agents', { as: mine.key, body: { name: 'n' } })).status).toBe(403);
    expect((await service.ask('DELETE', `/agents/${mine.id}`, { as: mine.key })).status).toBe(403);
    // A run of another agent is not among one's own.
    const answer = await service.ask('GET', `/agents/${mine.id}/backup-runs/${runId}`, { as: mine.key });
    expect([answer.status, answer.body['error']]).toEqual([404, 'run_not_found']);
    // And without a token nothing of it all is there, also for a local program.
    expect((await service.ask('POST', `/agents/${mine.id}/task-results`, { body: result() })).status).toBe(401);
  });
});
