import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  enrol,
  post,
  result,
  startService,
  type AnyBody,
  type EnrolledAgent,
  type TestService,
} from '../../support/agent-service.ts';

async function started(): Promise<{ service: TestService; agent: EnrolledAgent; url: string }> {
  const service = await startService();
  const agent = await enrol(service);
  return { service, agent, url: `/agents/${agent.id}` };
}

const logsIn = (folder: string) =>
  !existsSync(join(folder, 'logs/agents'))
    ? []
    : readdirSync(join(folder, 'logs/agents'), { recursive: true, encoding: 'utf8' }).filter((name) =>
        name.endsWith('.log'),
      );

const without = (body: AnyBody, name: string) =>
  Object.fromEntries(Object.entries(body).filter(([key]) => key !== name));

test('a result is stored, and its run has the times that follow from its receipt', async () => {
  const { service, agent, url } = await started();
  const body = result({ log: 'Full task output', snapshotId: 'abc123' });
  const answer = await service.ask('POST', `${url}/task-results`, { as: agent.key, body });
  expect([answer.status, answer.body]).toEqual([200, { status: 'ok' }]);
  const run = await service.ask('GET', `${url}/backup-runs/${body.taskId}`, { as: agent.key });
  expect(run.body).toEqual({
    id: body.taskId,
    agent_id: agent.id,
    policy_id: body['policyId'],
    task_type: 'backup',
    start_time: '2026-01-15T11:57:54.500Z',
    end_time: '2026-01-15T12:00:00.000Z',
    status: 'success',
    duration_seconds: 125.5,
    snapshot_id: 'abc123',
    error_message: null,
    log_size: 16,
    log_complete: true,
    fields: null,
    log: 'Full task output',
    log_truncated: false,
    log_url: `${url}/backup-runs/${body.taskId}/log`,
  });
});

test('malformed JSON is refused', async () => {
  const { service, agent, url } = await started();
  const answer = await service.ask('POST', `${url}/task-results`, {
    as: agent.key,
    body: '{"taskId": ',
    headers: { 'content-type': 'application/json' },
  });
  expect(answer.status).toBe(400);
  expect(answer.body).toMatchObject({ error: 'invalid_json', details: { field: 'body', code: 'invalid_json' } });
});

test('an agent that does not exist has no results', async () => {
  const { service } = await started();
  const answer = await service.ask('POST', `/agents/${randomUUID()}/task-results`, {
    as: service.adminToken,
    body: result(),
  });
  expect(answer.status).toBe(404);
  expect(answer.body).toMatchObject({ error: 'agent_not_found', message: 'There is no such agent.' });
});

test('required fields, and what is no value for them, are named', async () => {
  const { service, agent, url } = await started();
  const send = async (body: unknown) => service.ask('POST', `${url}/task-results`, { as: agent.key, body });
  for (const name of ['taskId', 'policyId', 'taskType', 'status', 'durationSeconds']) {
    const { status, body } = await send(without(result(), name));
    expect([name, status, body['error'], body['details']]).toMatchObject([
      name,
      400,
      'invalid_request',
      { field: name },
    ]);
  }
  const wrong: [string, unknown][] = [
    ['taskId', 'not-a-uuid'],
    ['policyId', ''],
    ['taskType', ''],
    ['taskType', 'a'.repeat(51)],
    ['status', ''],
    ['status', 'a\u0000b'],
    ['durationSeconds', -1],
    ['durationSeconds', '5'],
    ['durationSeconds', 1e300],
    ['snapshotId', 'a'.repeat(256)],
    ['errorMessage', 'a'.repeat(65_537)],
    ['log', 5],
    ['extra', 1],
  ];
  for (const [name, value] of wrong) {
    const { status, body } = await send(result({ [name]: value }));
    expect([name, status, body['details']]).toMatchObject([name, 400, { field: name }]);
  }
  const infinite = JSON.stringify(result()).replace('125.5', '1e999');
  const headers = { 'content-type': 'application/json' };
  const answer = await service.ask('POST', `${url}/task-results`, { as: agent.key, body: infinite, headers });
  expect(answer.status).toBe(400);
  const { body: list } = await service.ask('GET', `${url}/backup-runs`, { as: agent.key });
  expect(list['total']).toBe(0);
});

test('the same result again changes nothing; another one with its id replaces all of it', async () => {
  const { service, agent, url } = await started();
  const body = result({ log: 'first', snapshotId: 'abc123' });
  await post(service, agent, body);
  service.clock.advanceMs(60_000);
  await post(service, agent, body);
  const look = async () => (await service.ask('GET', `${url}/backup-runs/${body.taskId}`, { as: agent.key })).body;
  expect(await look()).toMatchObject({ end_time: '2026-01-15T12:00:00.000Z', snapshot_id: 'abc123', log: 'first' });
  await post(
    service,
    agent,
    result({ taskId: body.taskId, status: 'failed', durationSeconds: 5, errorMessage: 'no space' }),
  );
  expect(await look()).toMatchObject({
    status: 'failed',
    error_message: 'no space',
    snapshot_id: null,
    start_time: '2026-01-15T11:59:55.000Z',
    end_time: '2026-01-15T12:00:00.000Z',
    // No other log was given.
    log: 'first',
  });
  await post(service, agent, { ...body, taskId: body.taskId.toUpperCase(), log: 'second' });
  expect(await look()).toMatchObject({ status: 'success', error_message: null, log: 'second' });
  const { body: list } = await service.ask('GET', `${url}/backup-runs`, { as: agent.key });
  expect(list['total']).toBe(1);
  expect(logsIn(service.folder)).toHaveLength(1);
});

test('a run that is running has no end, and ends when its final result comes', async () => {
  const { service, agent, url } = await started();
  const taskId = await post(service, agent, { status: 'running', durationSeconds: 0 });
  const look = async () => (await service.ask('GET', `${url}/backup-runs/${taskId}`, { as: agent.key })).body;
  expect(await look()).toMatchObject({ start_time: '2026-01-15T12:00:00.000Z', end_time: null });
  service.clock.advanceMs(90_000);
  await post(service, agent, { taskId, durationSeconds: 90 });
  expect(await look()).toMatchObject({ start_time: '2026-01-15T12:00:00.000Z', end_time: '2026-01-15T12:01:30.000Z' });
});

test('large logs come back as they were, whatever is in them', async () => {
  const { service, agent, url } = await started();
  const megabyte = 'x'.repeat(1024 * 1024);
  const logs = [megabyte, `${'a😀'.repeat(700_000)}"\\\u0000\u001b[0m\r\n`, `\ufeff${'ü'.repeat(800_000)}`];
  for (const log of logs) {
    const taskId = await post(service, agent, { log });
    const run = await service.ask<{ log: string }>('GET', `${url}/backup-runs/${taskId}`, { as: agent.key });
    expect(run.body.log === log).toBe(true);
    const text = await service.ask('GET', `${url}/backup-runs/${taskId}/log`, { as: agent.key });
    expect(text.bytes.equals(Buffer.from(log))).toBe(true);
    expect(text.headers['content-type']).toBe('text/plain; charset=utf-8');
  }
});

test('half a character in a log becomes a replacement character, and everything else stays', async () => {
  const { service, agent, url } = await started();
  const taskId = await post(service, agent, { log: 'a\ud800b', errorMessage: 'bad \udc00\u001b[31mred' });
  const { body } = await service.ask('GET', `${url}/backup-runs/${taskId}`, { as: agent.key });
  expect(body).toMatchObject({ log: 'a\ufffdb', error_message: 'bad \ufffd\ufffd[31mred' });
});

test('a log of more than 64 MiB is for PUT, and a body of more than that is not read', async () => {
  const { service, agent, url } = await started();
  const tooLong = await service.ask('POST', `${url}/task-results`, {
    as: agent.key,
    body: result({ log: 'x'.repeat(64 * 1024 * 1024 + 1) }),
  });
  expect([tooLong.status, tooLong.body['error']]).toEqual([413, 'payload_too_large']);
  expect(tooLong.body['details']).toMatchObject({ field: 'log', limit_bytes: 64 * 1024 * 1024 });
  expect(logsIn(service.folder)).toEqual([]);
});

test('empty and null fields are as good as none', async () => {
  const { service, agent, url } = await started();
  const taskId = await post(service, agent, { log: '', snapshotId: '', errorMessage: null });
  const { body } = await service.ask('GET', `${url}/backup-runs/${taskId}`, { as: agent.key });
  expect(body).toMatchObject({ log: null, log_url: null, log_size: null, snapshot_id: null, error_message: null });
});

test('two agents of a tenant can not have the same execution', async () => {
  const { service, agent } = await started();
  const other = await enrol(service);
  const body = result({ log: 'mine' });
  await post(service, agent, body);
  const answer = await service.ask('POST', `/agents/${other.id}/task-results`, { as: other.key, body });
  expect([answer.status, answer.body['error']]).toEqual([409, 'conflict']);
  expect(logsIn(service.folder)).toHaveLength(1);
});

test('a batch says of each item what became of it', async () => {
  const { service, agent, url } = await started();
  const other = await enrol(service);
  const taken = await post(service, other);
  const [first, last] = [result({ log: 'one' }), result({ log: 'two' })];
  const bad = result({ durationSeconds: -1 });
  const items = [first, bad, 'nonsense', { ...result(), taskId: taken }, last, { ...first, log: 'three' }];
  const answer = await service.ask<{ results: AnyBody[] }>('POST', `${url}/task-results/batch`, {
    as: agent.key,
    body: { results: items },
  });
  expect(answer.status).toBe(200);
  expect(answer.body.results).toMatchObject([
    { taskId: first.taskId, status: 'ok' },
    { taskId: bad.taskId, error: 'invalid_request', details: { field: 'durationSeconds' } },
    { taskId: null, error: 'invalid_request' },
    { taskId: taken, error: 'conflict', details: { field: 'taskId' } },
    { taskId: last.taskId, status: 'ok' },
    { taskId: first.taskId, status: 'ok' },
  ]);
  const run = await service.ask('GET', `${url}/backup-runs/${first.taskId}`, { as: agent.key });
  expect(run.body['log']).toBe('three');
  expect(logsIn(service.folder)).toHaveLength(2);
});

test('a batch has at most a thousand items, and at least one', async () => {
  const { service, agent, url } = await started();
  const send = async (count: number) =>
    service.ask<{ results: AnyBody[] }>('POST', `${url}/task-results/batch`, {
      as: agent.key,
      body: { results: Array.from({ length: count }, () => result()) },
    });
  expect((await send(0)).status).toBe(400);
  expect((await send(1001)).status).toBe(400);
  const { status, body } = await send(1000);
  expect([status, body.results.filter(({ status: outcome }) => outcome === 'ok').length]).toEqual([200, 1000]);
  const { body: list } = await service.ask('GET', `${url}/backup-runs?limit=1`, { as: agent.key });
  expect(list['total']).toBe(1000);
});

test('what came in and what was refused is counted, and written down without the log', async () => {
  const { service, agent, url } = await started();
  await post(service, agent, { log: 'the secret of the log' });
  await post(service, agent, { status: 'exploded', taskType: 'something else' });
  await service.ask('POST', `${url}/task-results`, { as: agent.key, body: {} });
  await service.ask('POST', `${url}/task-results/batch`, { as: agent.key, body: { results: [{}] } });
  const { bytes } = await service.ask('GET', '/metrics', { as: service.adminToken });
  const text = bytes.toString();
  expect(text).toContain('task_results_ingested_total{status="success"} 1');
  expect(text).toContain('task_results_ingested_total{status="other"} 1');
  expect(text).toContain('task_results_errors_total{error_type="invalid_request"} 2');
  expect(text).toContain('task_result_log_bytes_sum{type="backup"} 21');
  const lines = service.logged.filter(({ msg }) => msg === 'The result of an agent was stored.');
  expect(lines[0]).toMatchObject({
    agentId: agent.id,
    status: 'success',
    taskType: 'backup',
    logBytes: 21,
    isNew: true,
  });
  expect(JSON.stringify(service.logged)).not.toContain('the secret of the log');
});
