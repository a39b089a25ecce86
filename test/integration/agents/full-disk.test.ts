import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { enrol, post, result, startService, type AnyBody } from '../../support/agent-service.ts';
import { fillWithZeroes } from '../../support/full-disk.ts';
import { canMountTmpfs, mountTmpfs, type Tmpfs } from '../../support/tmpfs.ts';

describe.skipIf(!canMountTmpfs)('with a disk that is full', () => {
  let disk: Tmpfs;
  beforeAll(() => {
    disk = mountTmpfs('size=48m');
  });
  afterAll(() => disk.unmount());

  test('a result is refused with 507 as a whole, and is stored as soon as there is room', async () => {
    const folder = join(disk.path, 'results');
    const service = await startService({ folder });
    const agent = await enrol(service);
    const kept = await post(service, agent, { log: 'from before' });
    const logs = () =>
      readdirSync(join(folder, 'logs/agents'), { recursive: true, encoding: 'utf8' }).filter((name) =>
        name.endsWith('.log'),
      );
    const url = `/agents/${agent.id}`;
    const filler = join(disk.path, 'filler');
    fillWithZeroes(filler);
    const body = result({ log: 'x'.repeat(2_000_000) });
    const send = async () => service.ask('POST', `${url}/task-results`, { as: agent.key, body });
    const refused = await send();
    expect([refused.status, refused.body['error']]).toEqual([507, 'storage_full']);
    const again = await service.ask('POST', `${url}/task-results`, { as: agent.key, body: { ...body, taskId: kept } });
    expect(again.status).toBe(507);
    const batch = await service.ask<{ results: AnyBody[] }>('POST', `${url}/task-results/batch`, {
      as: agent.key,
      body: { results: [body] },
    });
    expect(batch.body.results).toMatchObject([{ taskId: body.taskId, error: 'storage_full' }]);
    expect(logs()).toHaveLength(1);
    const read = async (id: string) => (await service.ask('GET', `${url}/backup-runs/${id}`, { as: agent.key })).body;
    expect((await read(body.taskId))['error']).toBe('run_not_found');
    expect(await read(kept)).toMatchObject({ log: 'from before' });
    rmSync(filler);
    expect((await send()).status).toBe(200);
    expect((await read(body.taskId))['log_size']).toBe(2_000_000);
    await service.stop();
    rmSync(folder, { recursive: true });
  });

  test('an upload is told, keeps what it had, and goes on when there is room', async () => {
    const folder = join(disk.path, 'uploads');
    const service = await startService({ folder });
    const agent = await enrol(service);
    const runId = await post(service, agent);
    const url = `/agents/${agent.id}/backup-runs/${runId}/log`;
    const bytes = Buffer.alloc(4_000_000, 'a line of the log\n');
    const put = async (offset: number) =>
      service.ask('PUT', `${url}?offset=${offset}`, { as: agent.key, body: bytes.subarray(offset) });
    expect((await service.ask('PUT', `${url}?complete=false`, { as: agent.key, body: 'a line of' })).status).toBe(200);
    const filler = join(disk.path, 'filler');
    fillWithZeroes(filler);
    const refused = await put(9);
    expect([refused.status, refused.body['error']]).toEqual([507, 'storage_full']);
    const { body } = await put(999);
    const { size } = body['details'] as { size: number };
    expect(size).toBeGreaterThanOrEqual(9);
    rmSync(filler);
    expect((await put(size)).body).toEqual({ status: 'ok', size: bytes.length, complete: true });
    const stored = await service.ask('GET', url, { as: agent.key });
    expect(stored.bytes.equals(bytes)).toBe(true);
    await service.stop();
    rmSync(folder, { recursive: true });
  });
});
