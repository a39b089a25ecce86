import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { RestorePlan } from '../../../contracts/restores.ts';
import { damageFile } from '../../support/damage.ts';
import { startRestoreService, type RestoreService } from '../../support/restore-service.ts';
import { canMountTmpfs, mountTmpfs } from '../../support/tmpfs.ts';
import { compareTrees } from '../../support/tree-compare.ts';

/** A file, a folder, a link, a name that only bytes can say. */
function fill(source: string): void {
  mkdirSync(join(source, 'docs/deep'), { recursive: true });
  writeFileSync(join(source, 'docs/a.txt'), 'first');
  writeFileSync(join(source, 'docs/deep/big.bin'), randomBytes(3_000_000));
  writeFileSync(join(source, 'it\'s "quoted"\nand more.txt'), 'odd name');
  writeFileSync(Buffer.concat([Buffer.from(`${source}/`), Buffer.from('latin-\xe9', 'latin1')]), 'no UTF-8');
  symlinkSync('docs/a.txt', join(source, 'link'));
}

const create = (service: RestoreService, body: unknown, as = 'operator') =>
  service.request('POST', '/api/v1/restore/create', { as, body });
const audited = async (service: RestoreService) =>
  (await service.catalog.read(({ audit }) => audit.list({}, { limit: 100, offset: 0 }))).map(
    ({ action, actor, details }) => {
      return [action, actor.name, details['destination'] ?? null];
    },
  );

describe('a restore', () => {
  test('goes to a new folder that the answer names, whole and byte for byte', async () => {
    const service = await startRestoreService();
    fill(service.source);
    await service.backUp('2026-01-10T12:00:00Z');
    const { status, body } = await create(service, { targets: ['Documents'] });
    expect([status, body['status'], body['target_id']]).toEqual([202, 'pending', 'documents']);
    const destination = String(body['destination']);
    expect(destination.startsWith(join(service.folder, 'restores/documents-'))).toBe(true);
    const view = await service.restored(String(body['restore_id']));
    expect(view).toMatchObject({ status: 'completed', errors: [], warnings: 0, progress: 100, original: false });
    expect(view.report).toMatchObject({ overwritten: 0, files_skipped: 0, verified_before: false });
    expect(view.report?.bytes_restored).toBeGreaterThan(3_000_000);
    expect(compareTrees(service.source, join(destination, service.source))).toEqual([]);
    expect(await audited(service)).toEqual([['restore.created', 'operator', destination]]);
    const list = await service.request('GET', '/api/v1/restore/list?target_id=documents', { as: 'viewer' });
    expect(list.body).toMatchObject({ total: 1, restores: [{ restore_id: view.restore_id }] });
    expect(await service.log(view.restore_id)).toContain('Restores the backup backup-2026-01-10T12:00:00Z');
  }, 300_000);

  test('at a time takes the newest backup from before, and tells the oldest where there is none', async () => {
    const service = await startRestoreService();
    const file = join(service.source, 'note.txt');
    writeFileSync(file, 'monday');
    const monday = await service.backUp('2026-01-12T08:00:00Z');
    writeFileSync(file, 'tuesday, longer');
    await service.backUp('2026-01-13T08:00:00Z');
    const at = (instant: string, path: string) =>
      service.restore({ targets: ['documents'], at: instant, destination: { path: join(service.room, path) } });
    const between = await at('2026-01-12T20:00:00+01:00', 'between');
    expect([between.status, between.backup_id]).toEqual(['completed', monday.id]);
    expect(readFileSync(join(service.room, 'between', file), 'utf8')).toBe('monday');
    const exact = await at('2026-01-13T08:00:00Z', 'exact');
    expect(readFileSync(join(exact.destination, file), 'utf8')).toBe('tuesday, longer');
    const early = await create(service, { targets: ['documents'], at: '2026-01-12T07:59:59Z' });
    expect(early.status).toBe(404);
    expect(early.body).toMatchObject({
      error: 'not_found',
      message: expect.stringContaining('the oldest is of 2026-01-12T08:00:00.000Z'),
      details: { code: 'no_backup', oldest_backup_id: monday.id },
    });
  }, 300_000);

  test('of a job takes its backups; of a part of a backup that part only', async () => {
    const service = await startRestoreService();
    fill(service.source);
    await service.backUp('2026-01-10T12:00:00Z', { jobId: 'job-1' });
    const ofJob = await create(service, {
      backup_job_id: 'job-1',
      targets: ['documents'],
      destination: { path: join(service.room, 'job') },
    });
    expect(ofJob.body['restores']).toHaveLength(1);
    expect((await service.restored(String(ofJob.body['restore_id']))).status).toBe('completed');
    const some = await service.restore({
      backup_job_id: 'backup-2026-01-10T12:00:00Z',
      include: ['*.txt'],
      destination: { path: join(service.room, 'some') },
      verify: true,
    });
    expect(some.report?.files_verified).toBeGreaterThan(0);
    const names = readdirSync(join(service.room, 'some', service.source), { recursive: true });
    expect(names.toSorted()).toEqual(['docs', 'docs/a.txt', 'it\'s "quoted"\nand more.txt']);
    const sub = await service.restore({
      backup_id: 'backup-2026-01-10T12:00:00Z',
      subfolder: `${service.source}/docs`,
      destination: { path: join(service.room, 'sub') },
    });
    expect(sub.status).toBe('completed');
    expect(readdirSync(join(service.room, 'sub')).toSorted()).toEqual(['a.txt', 'deep']);
  }, 300_000);

  test('never goes where something is unless that was said, and counts what is in the way', async () => {
    const service = await startRestoreService();
    writeFileSync(join(service.source, 'a.txt'), 'old');
    writeFileSync(join(service.source, 'b.txt'), 'same');
    await service.backUp('2026-01-10T12:00:00Z');
    const destination = { path: service.room };
    const there = join(service.room, service.source);
    mkdirSync(there, { recursive: true });
    writeFileSync(join(there, 'a.txt'), 'mine');
    const refused = await create(service, { targets: ['documents'], destination });
    expect([refused.status, refused.body]).toMatchObject([
      409,
      { error: 'destination_not_empty', details: { conflict_count: 1, field: 'destination.path' } },
    ]);
    const plan = await service.request<RestorePlan>('POST', '/api/v1/restore/plan', {
      as: 'operator',
      body: { targets: ['documents'], destination, overwrite: true },
    });
    expect(plan.body.plans[0]).toMatchObject({
      conflicts: 1,
      conflict_paths: [join(service.source, 'a.txt')],
      fits: true,
    });
    expect(readFileSync(join(there, 'a.txt'), 'utf8')).toBe('mine');
    const kept = await service.restore({ targets: ['documents'], destination, overwrite: 'never' });
    expect(kept.status).toBe('completed');
    expect(readFileSync(join(there, 'a.txt'), 'utf8')).toBe('mine');
    expect(readFileSync(join(there, 'b.txt'), 'utf8')).toBe('same');
    const over = await service.restore({ targets: ['documents'], destination, overwrite: true });
    expect(over.report?.overwritten).toBe(1);
    expect(readFileSync(join(there, 'a.txt'), 'utf8')).toBe('old');
  }, 300_000);

  test('in place asks for overwrite, and puts back what is missing or changed', async () => {
    const service = await startRestoreService();
    writeFileSync(join(service.source, 'a.txt'), 'as backed up');
    writeFileSync(join(service.source, 'b.txt'), 'gone soon');
    const { id } = await service.backUp('2026-01-10T12:00:00Z');
    writeFileSync(join(service.source, 'a.txt'), 'changed since');
    rmSync(join(service.source, 'b.txt'));
    const refused = await create(service, { backup_id: id, destination: { original: true } });
    expect([refused.status, refused.body['error']]).toEqual([422, 'overwrite_required']);
    const gentle = await service.restore({ backup_id: id, destination: { original: true }, overwrite: false });
    expect([gentle.status, gentle.original, gentle.destination]).toEqual(['completed', true, '/']);
    expect(readFileSync(join(service.source, 'a.txt'), 'utf8')).toBe('changed since');
    expect(readFileSync(join(service.source, 'b.txt'), 'utf8')).toBe('gone soon');
    await service.restore({ backup_id: id, destination: { original: true }, overwrite: 'always' });
    expect(readFileSync(join(service.source, 'a.txt'), 'utf8')).toBe('as backed up');
  }, 300_000);

  test('follows no link out of its destination', async () => {
    const service = await startRestoreService();
    fill(service.source);
    await service.backUp('2026-01-10T12:00:00Z');
    const outside = join(service.room, 'outside');
    mkdirSync(outside);
    const destination = join(service.room, 'inside');
    mkdirSync(join(destination, service.source), { recursive: true });
    symlinkSync(outside, join(destination, service.source, 'docs'));
    await service.restore({ targets: ['documents'], destination: { path: destination }, overwrite: 'always' });
    expect(readdirSync(outside)).toEqual([]);
    expect(lstatSync(join(destination, service.source, 'docs')).isDirectory()).toBe(true);
    expect(readFileSync(join(destination, service.source, 'docs/a.txt'), 'utf8')).toBe('first');
  }, 300_000);

  test.skipIf(!canMountTmpfs)(
    'says at once that there is too little space, and writes nothing',
    async () => {
      const service = await startRestoreService();
      fill(service.source);
      await service.backUp('2026-01-10T12:00:00Z');
      const disk = mountTmpfs('size=1m');
      onTestFinished(() => disk.unmount());
      const view = await service.restore({ targets: ['documents'], destination: { path: join(disk.path, 'x') } });
      expect(view).toMatchObject({ status: 'failed', errors: [{ message: expect.stringContaining('is too small') }] });
      expect(readdirSync(disk.path)).toEqual([]);
      const plan = await service.request<RestorePlan>('POST', '/api/v1/restore/plan', {
        as: 'operator',
        body: { targets: ['documents'], destination: { path: join(disk.path, 'x') } },
      });
      expect(plan.body.plans[0]).toMatchObject({ fits: false, problems: [expect.stringContaining('is too small')] });
    },
    300_000,
  );

  test('of a damaged backup that is verified first writes nothing', async () => {
    const service = await startRestoreService();
    fill(service.source);
    const { id } = await service.backUp('2026-01-10T12:00:00Z');
    damagePacks(service);
    const destination = join(service.room, 'x');
    const view = await service.restore({
      backup_id: id,
      destination: { path: destination },
      verify_before_restore: true,
    });
    expect(view).toMatchObject({ status: 'failed', report: null });
    expect(view.errors[0]?.message).toContain('damaged, so nothing was restored');
    expect(existsSync(destination)).toBe(false);
    expect(await service.catalog.read(({ backups }) => backups.find(id))).toMatchObject({ verifyState: 'damaged' });
    const careless = await service.restore({ backup_id: id, destination: { path: destination } });
    expect(careless.status).toBe('failed');
    expect(careless.warnings).toBeGreaterThan(0);
    expect(careless.errors.some(({ item }) => item?.includes('big.bin'))).toBe(true);
  }, 300_000);

  test('is cancelled, and goes on where it was when it is restarted', async () => {
    const service = await startRestoreService();
    for (let at = 0; at < 300; at++) writeFileSync(join(service.source, `${at}.bin`), randomBytes(100_000));
    await service.backUp('2026-01-10T12:00:00Z');
    const { body } = await create(service, { targets: ['documents'] });
    const id = String(body['restore_id']);
    const cancelled = await service.request('POST', `/api/v1/restore/${id}/cancel`, { as: 'operator' });
    expect(cancelled.status).toBe(202);
    expect(await service.restored(id)).toMatchObject({ status: 'cancelled' });
    const again = await service.request('POST', `/api/v1/restore/${id}/cancel`, { as: 'operator' });
    expect([again.status, again.body['error']]).toEqual([409, 'conflict']);
    const restarted = await service.request('POST', `/api/runs/${id}/restart`, { as: 'operator' });
    const view = await service.restored(String(restarted.body['id']));
    expect(view).toMatchObject({ status: 'completed', restart_of: id, requested_by: 'operator' });
    expect(compareTrees(service.source, join(view.destination, service.source))).toEqual([]);
  }, 300_000);

  test('keeps the times of what it does not touch with if-newer', async () => {
    const service = await startRestoreService();
    const file = join(service.source, 'a.txt');
    writeFileSync(file, 'backed up');
    await service.backUp('2026-01-10T12:00:00Z');
    writeFileSync(file, 'newer here');
    utimesSync(file, new Date('2030-01-01'), new Date('2030-01-01'));
    await service.restore({ targets: ['documents'], destination: { original: true }, overwrite: 'if-newer' });
    expect(readFileSync(file, 'utf8')).toBe('newer here');
  }, 300_000);
});

describe('what is refused', () => {
  const REFUSED: readonly (readonly [body: object, status: number, code: string])[] = [
    [{}, 400, 'required'],
    [{ backup_id: 'x', backup_job_id: 'y' }, 400, 'contradiction'],
    [{ backup_id: 'known', at: '2026-01-01T00:00:00Z' }, 400, 'contradiction'],
    [{ targets: [] }, 400, 'too_small'],
    [{ targets: ['documents'], at: 'yesterday' }, 400, 'invalid_format'],
    [{ targets: ['documents'], include: ['a'], exclude: ['b'] }, 400, 'contradiction'],
    [{ targets: ['documents'], overwrite: 'sometimes' }, 400, 'invalid_union'],
    [{ targets: ['documents'], destination: { path: '/x', original: true } }, 400, 'invalid_union'],
    [{ targets: ['documents'], wrong: 1 }, 400, 'unknown_field'],
    [{ backup_id: 'unknown' }, 404, 'not_found'],
    [{ backup_job_id: 'unknown' }, 404, 'not_found'],
    [{ targets: ['unknown'] }, 404, 'not_found'],
    [{ targets: ['documents'], at: '2020-01-01T00:00:00Z' }, 404, 'no_backup'],
    [{ backup_id: 'known', targets: ['documents'], destination: { path: 'relative' } }, 422, 'not_absolute'],
    [{ backup_id: 'known', destination: { path: '/' } }, 422, 'destination_refused'],
    [{ backup_id: 'known', destination: { path: '/etc/x' } }, 422, 'destination_refused'],
    [{ backup_id: 'known', destination: { path: '/dev/null' } }, 422, 'destination_refused'],
    [{ backup_id: 'known', destination: { path: 'DATA/tokens' } }, 422, 'destination_refused'],
    [{ backup_id: 'known', destination: { path: 'REPOSITORY/data' } }, 422, 'destination_refused'],
    [{ backup_id: 'known', destination: { path: 'FILE' } }, 422, 'other'],
    [{ backup_id: 'known', destination: { original: true } }, 422, 'overwrite_required'],
    [{ backup_id: 'failed' }, 422, 'not_completed'],
  ];

  test('says which field it is, and why', async () => {
    const service = await startRestoreService({ begin: false });
    const file = join(service.room, 'file');
    writeFileSync(file, 'x');
    writeFileSync(join(service.source, 'x'), 'x');
    await service.backUp('2026-01-10T12:00:00Z', { id: 'known' });
    await service.backUp('2026-01-11T12:00:00Z', { id: 'failed', state: 'failed', snapshotId: null, facts: null });
    for (const [body, status, code] of REFUSED) {
      const text = JSON.stringify(body)
        .replace('DATA', service.folder)
        .replace('REPOSITORY', service.access.location)
        .replace('FILE', file);
      const answer = await create(service, text);
      expect([answer.status, answer.body], text).toMatchObject([status, { details: { code } }]);
    }
    expect(await service.catalog.read(({ runs }) => runs.listActive())).toEqual([]);
  }, 300_000);

  test('nobody without the right', async () => {
    const service = await startRestoreService({ begin: false });
    for (const as of ['viewer', 'reporter', 'agent', 'run', undefined]) {
      for (const path of ['create', 'plan']) {
        const { status } = await service.request('POST', `/api/v1/restore/${path}`, {
          ...(as && { as }),
          body: { targets: ['documents'] },
        });
        expect([401, 403], `${path} as ${as}`).toContain(status);
      }
    }
    expect((await service.request('GET', '/api/v1/restore/list')).status).toBe(401);
    expect((await service.request('GET', '/api/v1/restore/none', { as: 'viewer' })).status).toBe(404);
  }, 300_000);
});

/** The last bytes of each pack are its header; these are blobs. */
function damagePacks({ access }: RestoreService): void {
  const packs = execFileSync('find', [join(access.location, 'data'), '-type', 'f', '-size', '+500k'], {
    encoding: 'utf8',
  });
  const [pack] = packs.split('\n');
  if (!pack) throw new Error('There is no large pack.');
  damageFile(pack, 'a flipped bit');
}
