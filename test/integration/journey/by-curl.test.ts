import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { Curl } from '../../support/curl.ts';
import { describeWithRestic, restic, scratchFolder } from '../../support/restic.ts';
import { runService, type RunningService } from '../../support/running-service.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 });

const PATIENCE = { timeout: 60_000, interval: 100 };
const scratch = scratchFolder('guardit-journey-');
const source = join(scratch.path, 'documents');
const repository = join(scratch.path, 'repository');
const saw = { password: '', chain: '', full: '', incremental: '', differential: '', between: '' };

let service: RunningService;
let curl: Curl;

interface Backup {
  readonly backup_id: string;
  readonly status: string;
  readonly backup_type: string;
  readonly chain_id: string;
  readonly parent_backup_id: string | null;
  readonly error: unknown;
}

async function backUp(type: string): Promise<Backup> {
  const started = await curl.request<Backup>('POST', '/api/v1/backup/start', {
    ...{ target_id: 'documents', backup_type: type },
  });
  expect([started.status, started.body]).toMatchObject([202, { backup_type: type }]);
  return ended(started.body.backup_id);
}

async function ended(id: string): Promise<Backup> {
  return vi.waitFor(async () => {
    const { body } = await curl.request<Backup>('GET', `/api/v1/backup/${id}`);
    expect(body).toMatchObject({ status: 'completed', error: null });
    return body;
  }, PATIENCE);
}

async function runEnded(id: unknown): Promise<Record<string, unknown>> {
  return vi.waitFor(async () => {
    const { body } = await curl.request('GET', `/api/runs/${String(id)}`);
    expect(body['finished_at']).not.toBeNull();
    return body;
  }, PATIENCE);
}

beforeAll(async () => {
  service = await runService();
  curl = new Curl(service.url, service.adminToken);
  mkdirSync(join(source, 'letters'), { recursive: true });
  writeFileSync(join(source, 'letters', 'to-ada.txt'), 'Dear Ada\n');
  writeFileSync(join(source, 'budget.csv'), 'a;1\n');
  writeFileSync(join(source, 'photo.bin'), Buffer.alloc(3 << 20, 'photo'));
});

afterAll(async () => {
  await service.stop();
  expect(service.errors).toEqual([]);
  scratch.remove();
});

describeWithRestic('the journey, by curl alone', () => {
  it('creates a repository, whose kit is shown once', async () => {
    const made = await curl.request('POST', '/api/v1/repositories', {
      ...{ name: 'nas', kind: 'local', location: { path: repository } },
    });
    expect([made.status, made.body]).toMatchObject([201, { repository_id: 'nas' }]);
    saw.password = String((made.body['recovery_kit'] as Record<string, unknown>)['password']);
    expect(saw.password.length).toBeGreaterThan(20);
    const shown = await curl.request('GET', '/api/v1/repositories/nas');
    expect(JSON.stringify(shown.body)).not.toContain(saw.password);
  });

  it('makes a target, and backs it up in full, with progress to watch', async () => {
    const config = { paths: [source] };
    const made = await curl.request('POST', '/api/v1/targets', {
      ...{ name: 'documents', kind: 'files', config, repository_id: 'nas' },
    });
    expect([made.status, made.body]).toMatchObject([201, { target_id: 'documents' }]);
    const full = await backUp('full');
    expect(full).toMatchObject({ backup_type: 'full', parent_backup_id: null });
    Object.assign(saw, { full: full.backup_id, chain: full.chain_id });
  });

  it('follows changes by an incremental and a differential', async () => {
    saw.between = new Date().toISOString();
    writeFileSync(join(source, 'budget.csv'), 'a;2\n');
    rmSync(join(source, 'letters', 'to-ada.txt'));
    const incremental = await backUp('incremental');
    expect(incremental).toMatchObject({ parent_backup_id: saw.full, chain_id: saw.chain });
    writeFileSync(join(source, 'budget.csv'), 'a;3\n');
    const differential = await backUp('differential');
    expect(differential).toMatchObject({ parent_backup_id: saw.full, chain_id: saw.chain });
    Object.assign(saw, { incremental: incremental.backup_id, differential: differential.backup_id });
  });

  it('lists them and shows their chain', async () => {
    const list = await curl.request<{ backups: Backup[]; total: number }>(
      'GET',
      '/api/v1/backup/list?target=documents',
    );
    expect(list.body.total).toBe(3);
    const chain = await curl.request<{ backups: Backup[] }>('GET', '/api/v1/backup/chain?target_id=documents');
    expect(chain.body).toMatchObject({ chain_id: saw.chain, full_backup_id: saw.full });
    expect(chain.body.backups.map(({ backup_id }) => backup_id)).toEqual([saw.full, saw.incremental, saw.differential]);
  });

  it('browses, and downloads one file', async () => {
    const folder = encodeURIComponent(join(source, 'letters'));
    const files = await curl.request('GET', `/api/v1/backup/${saw.full}/files?path=${folder}`);
    expect(JSON.stringify(files.body)).toContain('to-ada.txt');
    const path = encodeURIComponent(join(source, 'budget.csv'));
    const file = await curl.request('GET', `/api/v1/backup/${saw.incremental}/download?path=${path}`);
    expect([file.status, file.bytes.toString()]).toEqual([200, 'a;2\n']);
  });

  it('restores what was there between the full and the incremental', async () => {
    const destination = join(scratch.path, 'restored');
    const started = await curl.request('POST', '/api/v1/restore/create', {
      ...{ targets: ['documents'], at: saw.between, destination: { path: destination }, verify_before_restore: true },
    });
    expect([started.status, started.body]).toMatchObject([202, { status: 'pending' }]);
    const id = String(started.body['restore_id']);
    await runEnded(id);
    const restore = await curl.request('GET', `/api/v1/restore/${id}`);
    expect(restore.body).toMatchObject({ status: 'completed', backup_id: saw.full });
    expect(readFileSync(join(destination, source, 'budget.csv'), 'utf8')).toBe('a;1\n');
    expect(readFileSync(join(destination, source, 'letters/to-ada.txt'), 'utf8')).toBe('Dear Ada\n');
  });

  it('verifies and consolidates', async () => {
    const verify = await curl.request('POST', `/api/v1/backup/${saw.differential}/verify`);
    expect(verify.status).toBe(202);
    expect(await runEnded(verify.body['run_id'])).toMatchObject({ status: 'completed' });
    // The parent of others can't be deleted.
    const refused = await curl.request('DELETE', `/api/v1/backup/${saw.full}`);
    expect(refused.status).toBe(409);
    const merge = await curl.request('POST', '/api/v1/backup/consolidate', { chain_id: saw.chain });
    expect(merge.status).toBe(202);
    expect(await runEnded(merge.body['consolidation_job_id'])).toMatchObject({ status: 'completed' });
    const chain = await curl.request<{ backups: Backup[] }>('GET', `/api/v1/backup/chain?chain_id=${saw.chain}`);
    expect(chain.body.backups).toMatchObject([{ backup_id: saw.differential, backup_type: 'full' }]);
  });

  it('deletes what may be deleted, cleans up only when told to, and leaves a sound repository', async () => {
    const more = await backUp('full');
    const deleted = await curl.request('DELETE', `/api/v1/backup/${saw.differential}`);
    expect([deleted.status, deleted.body]).toMatchObject([200, { message: 'backup deleted successfully' }]);
    const unsure = await curl.request('POST', '/api/v1/cleanup', { older_than: '1d' });
    expect(unsure.status).toBe(400);
    const plan = await curl.request('POST', '/api/v1/cleanup', { older_than: '1d', dry_run: true });
    expect([plan.status, plan.body]).toMatchObject([200, { status: 'planned', remove: [] }]);
    const cleaned = await curl.request('POST', '/api/v1/cleanup', { older_than: '1d', confirm: true });
    expect([cleaned.status, cleaned.body]).toMatchObject([202, { run_ids: [] }]);
    const pruned = await curl.request('POST', '/api/v1/repositories/nas/prune');
    expect(await runEnded(pruned.body['run_id'])).toMatchObject({ status: 'completed' });
    const status = await curl.request('GET', '/api/v1/backup/status');
    expect(status.body).toMatchObject({ targets: { total: 1, protected: 1 } });
    const checked = await restic(repository, ['check', '--read-data'], { password: saw.password });
    expect(checked.stdout).toContain('no errors were found');
    const { stdout } = await restic(repository, ['snapshots', '--json', '--tag', `guardit-backup:${more.backup_id}`], {
      password: saw.password,
    });
    expect(JSON.parse(stdout)).toHaveLength(1);
  });
});
