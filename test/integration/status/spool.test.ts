import { randomUUID } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { AppError } from '../../../main/app/errors/app-error.ts';
import { ingestSpool, type SpoolDeps } from '../../../main/app/status/ingest-spool.ts';
import { FolderSpool } from '../../../main/infra/spool/folder-spool.ts';
import { scratchFolder } from '../../support/catalogs.ts';
import { startStatusApi, type StatusApi } from '../../support/status-api.ts';
import { API_CALL, create, register } from '../../support/task-api.ts';

interface Spooled {
  readonly at?: string;
  readonly taskId?: string;
  readonly attemptId?: string;
  readonly body?: Record<string, unknown>;
}

function file({ at = '2026-01-15T03:00:00.000Z', taskId = 'prod-01-db', attemptId, body }: Spooled) {
  const id = attemptId ?? randomUUID();
  const name = `${at.replaceAll(/[-:.]/g, '')}-000-${id}.json`;
  const path = `/api/status/${encodeURIComponent(taskId)}`;
  const server = 'http://127.0.0.1:3000';
  const said = body ?? { status: 'running' };
  return {
    name,
    text: JSON.stringify({ version: 1, attemptId: id, recordedAt: at, server, method: 'POST', path, body: said }),
  };
}

async function open(): Promise<{ api: StatusApi; deps: SpoolDeps; folder: string; put: (spooled: Spooled) => string }> {
  const api = await startStatusApi();
  await register(api);
  const folder = join(scratchFolder(), 'spool');
  mkdirSync(folder);
  const log = { info: () => undefined, warn: () => undefined };
  const deps = { ...api.deps, spool: new FolderSpool(folder), log };
  const put = (spooled: Spooled) => {
    const { name, text } = file(spooled);
    writeFileSync(join(folder, name), text);
    return name;
  };
  return { api, deps, folder, put };
}

async function historyOf(api: StatusApi, taskId = 'prod-01-db') {
  const { body } = await api.request<{ history: { status: string; timestamp: string }[] }>(
    'GET',
    `/api/history/${taskId}`,
  );
  return body.history.map(({ status, timestamp }) => `${timestamp} ${status}`);
}

it('records what was written down, with its time, in its order, and removes it', async () => {
  const { api, deps, folder, put } = await open();
  for (let number = 59; number >= 0; number--) {
    put({
      at: `2026-01-15T03:${String(number).padStart(2, '0')}:00.000Z`,
      body: { status: number === 59 ? 'completed' : 'running' },
    });
  }
  writeFileSync(join(folder, '.half-written.tmp'), '{');
  expect(await ingestSpool(deps)).toEqual({ recorded: 60, rejected: 0, isLeft: false });
  const history = await historyOf(api);
  expect(history).toHaveLength(60);
  expect(history[0]).toBe('2026-01-15T03:59:00.000Z completed');
  expect(history.at(-1)).toBe('2026-01-15T03:00:00.000Z running');
  expect((await api.request('GET', '/api/stats/prod-01-db')).body).toMatchObject({
    total_runs: 1,
    avg_duration: 59 * 60,
  });
  expect(readdirSync(folder)).toEqual(['.half-written.tmp']);
});

it('records once what was delivered before, by a file or by a request', async () => {
  const { api, deps, put } = await open();
  const attemptId = randomUUID();
  await api.report('prod-01-db', { status: 'running' }, { 'idempotency-key': attemptId });
  put({ attemptId });
  put({});
  await ingestSpool(deps);
  put({ attemptId });
  await ingestSpool(deps);
  expect(await historyOf(api)).toHaveLength(2);
});

it('puts aside what it can not take, with the reason, and goes on', async () => {
  const { api, deps, folder, put } = await open();
  await register(api, { taskId: 'inactive', isActive: false });
  await create(api, API_CALL);
  const bad = [
    put({ taskId: 'nobody' }),
    put({ taskId: 'inactive' }),
    put({ taskId: 'health-check' }),
    put({ body: { status: 'running', progress: 101 } }),
    put({ body: { status: 'running', timestamp: 'now' } }),
  ];
  writeFileSync(join(folder, 'a.json'), 'no JSON');
  writeFileSync(join(folder, 'b.json'), Buffer.alloc(3_000_000, 0x20));
  symlinkSync('/etc/passwd', join(folder, 'c.json'));
  if (process.platform !== 'win32') execFileSync('mkfifo', [join(folder, 'd.json')]);
  else mkdirSync(join(folder, 'd.json'));
  mkdirSync(join(folder, 'e.json'));
  put({});
  expect(await ingestSpool(deps)).toEqual({ recorded: 1, rejected: 10, isLeft: false });
  expect(await historyOf(api)).toHaveLength(1);
  expect(readdirSync(folder)).toEqual(['rejected']);
  const reasonOf = (name: string) => readFileSync(join(folder, 'rejected', `${name}.reason.txt`), 'utf8');
  expect(bad.map(reasonOf)).toEqual([
    'Task not registered\n',
    'Task is not active\n',
    expect.stringContaining('token'),
    expect.stringContaining('progress'),
    expect.stringContaining('body'),
  ]);
  expect(reasonOf('b.json')).toContain('larger than');
  expect(reasonOf('c.json')).not.toContain('root');
  expect(existsSync(join(folder, 'rejected', bad[0] ?? ''))).toBe(true);
});

it('leaves everything where it is while the disk is full', async () => {
  const { api, deps, folder, put } = await open();
  put({});
  const full: SpoolDeps = {
    ...deps,
    catalog: {
      read: (work) => api.catalog.read(work),
      write: () => Promise.reject(new AppError('storage_full', 'full')),
    },
  };
  expect(await ingestSpool(full)).toEqual({ recorded: 0, rejected: 0, isLeft: true });
  expect(readdirSync(folder)).toHaveLength(1);
  expect(await ingestSpool(deps)).toMatchObject({ recorded: 1 });
  expect(readdirSync(folder)).toEqual([]);
});

it('sees by its version that something has come', async () => {
  const { deps, put } = await open();
  const before = await deps.spool.version();
  put({});
  expect(await deps.spool.version()).not.toBe(before);
});
