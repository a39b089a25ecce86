import { randomBytes } from 'node:crypto';
import { request, type ClientRequest } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { ask, enrol, post } from '../../support/agent-service.ts';
import { scratchFolder } from '../../support/catalogs.ts';
import { startServiceProcess, type ServiceProcess } from '../../support/service-process.ts';

const KILLS = 4;
const LOG_BYTES = 40 * 1024 * 1024;

test('an upload goes on after kill -9: what is stored is always its beginning', async () => {
  const folder = scratchFolder();
  let service = await startServiceProcess(folder);
  const agent = await enrol(service);
  const runId = await post(service, agent, { log: undefined });
  const whole = randomBytes(LOG_BYTES);
  const path = `/agents/${agent.id}/backup-runs/${runId}/log`;
  const sizeNow = async () => {
    const { status, body } = await ask(service.port, 'PUT', `${path}?offset=999999999&complete=false`, {
      as: agent.key,
      body: 'x',
    });
    expect(status).toBe(409);
    return (body['details'] as { size: number }).size;
  };
  let size = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const upload = beginUpload(service, `${path}?offset=${size}`, agent.key, whole.subarray(size));
    await pause(20 + kill * 40);
    await service.kill();
    upload.destroy();
    service = await startServiceProcess(folder);
    const reached = await sizeNow();
    expect(reached).toBeGreaterThanOrEqual(size);
    size = reached;
    if (size === 0) continue;
    const stored = await ask(service.port, 'GET', path, { as: agent.key });
    expect(stored.bytes.equals(whole.subarray(0, size))).toBe(true);
  }
  const rest = await ask(service.port, 'PUT', `${path}?offset=${size}`, { as: agent.key, body: whole.subarray(size) });
  expect(rest.body).toEqual({ status: 'ok', size: whole.length, complete: true });
  await service.kill();
  service = await startServiceProcess(folder);
  const stored = await ask(service.port, 'GET', path, { as: agent.key });
  expect(stored.bytes.equals(whole)).toBe(true);
}, 120_000);

test('a result that was acknowledged is there after kill -9, with its log', async () => {
  const folder = scratchFolder();
  let service = await startServiceProcess(folder);
  const agent = await enrol(service);
  const acknowledged: string[] = [];
  let killed = false;
  const worker = async (name: string) => {
    for (let number = 0; !killed; number++) {
      const log = `${name} ${number} ${'x'.repeat(5_000)}`;
      try {
        acknowledged.push(await post(service, agent, { log }));
      } catch {
        return;
      }
    }
  };
  const workers = ['a', 'b', 'c', 'd'].map(worker);
  while (acknowledged.length < 100) await pause(10);
  await service.kill();
  killed = true;
  await Promise.all(workers);
  service = await startServiceProcess(folder);
  for (const id of acknowledged) {
    const { body } = await ask(service.port, 'GET', `/agents/${agent.id}/backup-runs/${id}`, { as: agent.key });
    expect([id, typeof body['log'] === 'string' && body['log'].length > 5_000]).toEqual([id, true]);
  }
}, 120_000);

function beginUpload({ port }: ServiceProcess, path: string, key: string, bytes: Buffer): ClientRequest {
  const upload = request({ host: '127.0.0.1', port, method: 'PUT', path });
  upload.setHeader('authorization', `Bearer ${key}`).setHeader('content-type', 'text/plain');
  upload.on('error', () => undefined).end(bytes);
  return upload;
}
