import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { ask } from '../../support/agent-service.ts';
import { scratchFolder } from '../../support/catalogs.ts';
import { startServiceProcess } from '../../support/service-process.ts';
import { compareTrees } from '../../support/tree-compare.ts';

const FILES = 400;

test('a restore that kill -9 cuts off is closed with its reason, and goes on when it is restarted', async () => {
  const [folder, work] = [scratchFolder(), scratchFolder()];
  const source = join(work, 'source');
  mkdirSync(source);
  for (let at = 0; at < FILES; at++) writeFileSync(join(source, `${at}.bin`), randomBytes(200_000));
  let service = await startServiceProcess(folder);
  const api = (method: string, path: string, body?: object) =>
    ask(service.port, method, path, { as: service.adminToken, ...(body && { body }) });
  const until = async (path: string, is: (body: Record<string, unknown>) => boolean) => {
    for (;;) {
      const { body } = await api('GET', path);
      if (is(body)) return body;
      await pause(20);
    }
  };
  const made = await api('POST', '/api/v1/repositories', {
    ...{ name: 'disk', kind: 'local', location: { path: join(work, 'backup') } },
  });
  expect(made.status).toBe(201);
  const target = { name: 'files', kind: 'files', config: { paths: [source] }, repository_id: 'disk' };
  expect((await api('POST', '/api/v1/targets', target)).status).toBe(201);
  const backup = await api('POST', '/api/v1/backup/start', { target_id: 'files', backup_type: 'full' });
  const backupId = String(backup.body['backup_id']);
  await until(`/api/v1/backup/${backupId}`, (body) => body['status'] === 'completed');

  const destination = join(work, 'restored');
  const started = await api('POST', '/api/v1/restore/create', {
    backup_id: backupId,
    destination: { path: destination },
  });
  const restoreId = String(started.body['restore_id']);
  while (!existsSync(destination)) await pause(1);
  await service.kill();
  service = await startServiceProcess(folder);

  const cut = await until(`/api/v1/restore/${restoreId}`, (body) => body['completed_at'] !== null);
  // It may have been quicker than the kill; then there is nothing to go on with.
  if (cut['status'] !== 'completed') {
    expect(cut).toMatchObject({ status: 'failed', errors: [{ message: 'The service stopped while it ran.' }] });
    const restarted = await api('POST', `/api/runs/${restoreId}/restart`);
    const again = await until(
      `/api/v1/restore/${String(restarted.body['id'])}`,
      (body) => body['completed_at'] !== null,
    );
    expect(again).toMatchObject({ status: 'completed', restart_of: restoreId, errors: [], destination });
  }
  expect(compareTrees(source, join(destination, source))).toEqual([]);
  expect((await api('GET', `/api/v1/backup/${backupId}`)).body).toMatchObject({ status: 'completed' });
}, 300_000);
