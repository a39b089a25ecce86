import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { StartedVerification, VerificationList } from '../../../contracts/verifications.ts';
import type { z } from 'zod';
import { damageFile } from '../../support/damage.ts';
import { startRestoreService, type RestoreService } from '../../support/restore-service.ts';

/** Node's times are floats: what has parts of a second comes back as another one. */
const WHOLE_SECOND = 1_767_225_600;

const start = (service: RestoreService, path: string, body?: unknown) =>
  service.request<z.infer<typeof StartedVerification>>('POST', path, {
    as: 'operator',
    ...(body !== undefined && { body }),
  });
const list = async (service: RestoreService, query: string) =>
  (await service.request<z.infer<typeof VerificationList>>('GET', `/api/v1/verifications?${query}`, { as: 'viewer' }))
    .body;
const failures = ({ published }: RestoreService) => published.filter(({ type }) => type === 'verification.failed');
const backupOf = (service: RestoreService, id: string) => service.catalog.read(({ backups }) => backups.find(id));

/** Runs a task and waits for what it found. */
async function run(service: RestoreService, taskId: string) {
  const { body } = await service.request('POST', `/api/tasks/${taskId}/execute`, { as: 'operator' });
  return service.verified(String(body['id']));
}

function damageLargePack({ access }: RestoreService): void {
  const packs = execFileSync('find', [join(access.location, 'data'), '-type', 'f', '-size', '+500k'], {
    encoding: 'utf8',
  });
  const [pack] = packs.split('\n');
  if (!pack) throw new Error('There is no large pack.');
  damageFile(pack, 'a flipped bit');
}

describe('verification', () => {
  test('of a sound backup proves it; of a damaged one names the files, marks those that share it, and tells', async () => {
    const service = await startRestoreService();
    writeFileSync(join(service.source, 'big.bin'), randomBytes(2_000_000));
    writeFileSync(join(service.source, 'small.txt'), 'small');
    const first = await service.backUp('2026-01-10T12:00:00Z');
    writeFileSync(join(service.source, 'more.txt'), 'more');
    const second = await service.backUp('2026-01-11T12:00:00Z');
    const path = `/api/v1/backup/${first.id}/verify`;
    const { status, body } = await start(service, path);
    expect([status, body.backup_id, body.target_id]).toEqual([202, first.id, 'documents']);
    const sound = await service.verified(body.verification_id);
    expect(sound).toMatchObject({ kind: 'verify', status: 'verified', error_count: 0, backup_id: first.id });
    expect(sound.read_bytes).toBeGreaterThan(2_000_000);
    expect(await backupOf(service, first.id)).toMatchObject({ verifyState: 'verified' });
    expect(await backupOf(service, second.id)).toMatchObject({ verifyState: null });

    damageLargePack(service);
    const again = await start(service, path);
    const damaged = await service.verified(again.body.verification_id);
    expect(damaged).toMatchObject({ status: 'damaged', backup_id: first.id });
    expect(damaged.errors.join('\n')).toContain('big.bin');
    expect(await backupOf(service, first.id)).toMatchObject({ verifyState: 'damaged' });
    expect(failures(service)).toMatchObject([
      { data: { kind: 'verify', backup_id: first.id, damaged_backup_ids: [first.id] } },
    ]);
    const { body: failed } = await service.request('GET', `/api/runs/${damaged.verification_id}`, { as: 'viewer' });
    expect(failed).toMatchObject({ status: 'failed', error: { code: 'damaged' } });
    expect(await list(service, `backup_id=${first.id}`)).toMatchObject({ total: 2 });

    const whole = await service.request('POST', '/api/tasks', {
      as: 'admin',
      body: { name: 'Read all', type: 'verify', config: { repository_id: 'local' } },
    });
    const checked = await run(service, String(whole.body['task_id']));
    expect(checked).toMatchObject({ kind: 'check', status: 'damaged', report: { mode: 'all' } });
    expect(await backupOf(service, second.id)).toMatchObject({ verifyState: 'damaged' });
    for (const [unknown, code] of [
      ['/api/v1/backup/none/verify', 404],
      ['/api/v1/targets/none/drill', 404],
    ] as const) {
      expect((await start(service, unknown)).status).toBe(code);
    }
    expect((await service.request('POST', path, { as: 'viewer' })).status).toBe(403);
  }, 300_000);

  test('of a repository happens by itself: its structure, and its data in turns', async () => {
    const service = await startRestoreService();
    writeFileSync(join(service.source, 'big.bin'), randomBytes(2_000_000));
    const { id } = await service.backUp('2026-01-10T12:00:00Z');
    const tasks = await service.catalog.read((stores) => stores.tasks.managedBy('repository:local'));
    expect(tasks.map(({ taskId, action }) => [taskId, action?.schedule])).toEqual([
      ['check-local', 'weekly on sunday at 11:20'],
      ['read-local', 'daily at 10:40'],
    ]);
    expect(await run(service, 'check-local')).toMatchObject({ status: 'verified', report: { mode: 'structure' } });
    expect(await backupOf(service, id)).toMatchObject({ verifyState: null });
    expect(await run(service, 'read-local')).toMatchObject({
      report: { mode: 'rolling', parts: 30, parts_read: [1], next_part: 2 },
    });
    service.clock.advanceMs(3 * 86_400_000);
    // It is due by now: either it has begun by itself, or this begins it.
    await service.request('POST', '/api/tasks/read-local/execute', { as: 'operator' });
    await expect
      .poll(async () => (await list(service, 'kind=check')).verifications.map(({ report }) => report))
      .toContainEqual(expect.objectContaining({ parts_read: [2, 3, 4], next_part: 5 }));
    const made = await service.request('POST', '/api/tasks', {
      as: 'operator',
      body: { name: 'Newest', type: 'verify', config: { target_id: 'documents' } },
    });
    expect(await run(service, String(made.body['task_id']))).toMatchObject({ status: 'verified', backup_id: id });
  }, 300_000);
});

describe('a restore drill', () => {
  test('restores, compares, measures, reports, and leaves nothing behind', async () => {
    const service = await startRestoreService();
    const scratch = join(service.folder, 'scratch');
    for (let at = 0; at < 20; at++) writeFileSync(join(service.source, `${at}.bin`), randomBytes(20_000));
    mkdirSync(join(service.source, 'closed'), { mode: 0o500 });
    utimesSync(join(service.source, '1.bin'), WHOLE_SECOND, WHOLE_SECOND);
    const { id } = await service.backUp('2026-01-10T12:00:00Z');
    writeFileSync(join(service.source, '0.bin'), 'changed since');
    const { body } = await start(service, '/api/v1/targets/documents/drill', { sample_percent: 100 });
    const sound = await service.verified(body.verification_id);
    expect(sound).toMatchObject({
      kind: 'drill',
      status: 'verified',
      backup_id: id,
      report: { files: 20, files_in_backup: 20, bytes: 400_000, live: { equal: 19, changed: 1, different: 0 } },
    });
    expect(Number(sound.report['estimated_recovery_seconds'])).toBeGreaterThan(0);
    expect(readdirSync(scratch)).toEqual([]);
    expect(statSync(scratch).mode & 0o777).toBe(0o700);

    // The same size and time, another content: a disk that has rotted, or a backup that has missed something.
    const file = join(service.source, '1.bin');
    writeFileSync(file, randomBytes(20_000));
    utimesSync(file, WHOLE_SECOND, WHOLE_SECOND);
    const rotten = await start(service, '/api/v1/targets/documents/drill', { sample_percent: 100 });
    const found = await service.verified(rotten.body.verification_id);
    expect(found).toMatchObject({ status: 'damaged', error_count: 1 });
    expect(found.errors[0]).toContain('1.bin');
    expect(failures(service)).toHaveLength(1);

    const task = await service.request('POST', '/api/tasks', {
      as: 'operator',
      body: {
        name: 'Drill',
        type: 'restore_drill',
        config: { target_id: 'documents', sample_percent: 20 },
        schedule: 'monthly on 1 at 12:00',
      },
    });
    expect(task.status).toBe(201);
    const sample = await run(service, String(task.body['task_id']));
    expect(Number(sample.report['files'])).toBeGreaterThan(0);
    expect(Number(sample.report['files'])).toBeLessThan(20);
    expect(Number(sample.report['files_verified'])).toBe(Number(sample.report['files']));
    const drills = await service.request('GET', '/api/v1/drills?target_id=documents', { as: 'viewer' });
    expect(drills.body).toMatchObject({ total: 3 });
  }, 300_000);

  test('cleans up what a crash has left', async () => {
    const service = await startRestoreService({ begin: false });
    const left = join(service.folder, 'scratch/drill-cut-off');
    mkdirSync(left, { recursive: true });
    writeFileSync(join(left, 'private'), 'x');
    await service.area.start();
    expect(existsSync(left)).toBe(false);
  }, 300_000);
});
