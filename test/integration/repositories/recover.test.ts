import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { Repository } from '../../../contracts/repositories.ts';
import type { RunList } from '../../../contracts/runs.ts';
import type { z } from 'zod';
import { recoverDataFolder } from '../../../main/host/recover/recover-data-folder.ts';
import { startService, type AnyBody, type TestService } from '../../support/agent-service.ts';
import { scratchFolder, StoppedClock } from '../../support/catalogs.ts';
import { describeWithRestic, restic } from '../../support/restic.ts';
import { accessPassword, asAdmin, keysOf, makeRepository, runTask } from '../../support/repository-service.ts';

// Each key costs a second or two of scrypt on purpose, more where others compute too.
vi.setConfig({ testTimeout: 900_000 });

/** A target with its schedule and a backup. */
async function protectSomething(service: TestService): Promise<string> {
  const source = scratchFolder();
  writeFileSync(join(source, 'letter.txt'), 'Dear Sir or Madam');
  const target = { name: 'documents', kind: 'files', config: { paths: [source] }, repository_id: 'backups' };
  expect((await asAdmin(service, 'POST', '/api/v1/targets', target)).status).toBe(201);
  const schedule = { name: 'nightly', schedule: 'daily at 2:00', targets: ['documents'], type: 'incremental' };
  expect((await asAdmin(service, 'POST', '/api/v1/schedules', schedule)).status).toBe(201);
  const wish = { target_id: 'documents', backup_type: 'full' };
  const { status, body } = await asAdmin(service, 'POST', '/api/v1/backup/start', wish);
  expect(status).toBe(202);
  const path = `/api/v1/backup/${String(body['backup_id'])}`;
  for (;;) {
    const { body: backup } = await asAdmin(service, 'GET', path);
    if (backup['completed_at'] === null) await new Promise((resolve) => setTimeout(resolve, 100));
    else {
      expect(backup).toMatchObject({ status: 'completed' });
      return String(backup['backup_id']);
    }
  }
}

async function whatIsProtected(service: TestService) {
  const list = async (path: string, of: string) =>
    (await asAdmin<Record<string, AnyBody[]>>(service, 'GET', path)).body[of] ?? [];
  return {
    targets: (await list('/api/v1/targets', 'targets')).map(({ target_id, config }) => ({ target_id, config })),
    schedules: (await list('/api/v1/schedules', 'schedules')).map(({ name, schedule }) => ({ name, schedule })),
    backups: (await list('/api/v1/backup/list', 'backups')).map(({ backup_id, status }) => ({ backup_id, status })),
  };
}

async function historyOf(service: TestService) {
  const { body: runs } = await asAdmin<z.infer<typeof RunList>>(service, 'GET', '/api/runs');
  const { body: tasks } = await asAdmin<{ task_id: string }[]>(service, 'GET', '/api/tasks');
  return {
    runs: runs.runs.map(({ id, task_id, status }) => ({ id, task_id, status })),
    tasks: tasks.map(({ task_id }) => task_id).sort(),
  };
}

function recover(location: string, password: string, dataFolder: string, said: string[] = []) {
  return recoverDataFolder({
    ...{ location, password, dataFolder, version: '0.0.0', clock: new StoppedClock('2026-01-18T12:00:00Z') },
    signal: new AbortController().signal,
    say: (line) => void said.push(line),
  });
}

describeWithRestic('a recovery', () => {
  it('brings targets, schedules, history and snapshots back on a new machine, wherever the repository is by then', async () => {
    const path = join(scratchFolder(), 'r');
    const first = await startService();
    const made = await makeRepository(first, path);
    await first.stop();
    writeFileSync(join(first.folder, 'config.json'), JSON.stringify({ timeZone: 'Europe/Berlin' }));
    writeFileSync(join(first.folder, 'custom-tasks/tidy.mjs'), 'export const tidy = async () => "tidy";\n');
    // The settings are read at the start.
    const old = await startService({ folder: first.folder });
    await asAdmin(old, 'PUT', '/api/secrets/smtp', { value: 'letmein' });
    await asAdmin(old, 'POST', '/api/tasks', {
      ...{ name: 'say hello', type: 'script', schedule: 'daily at 2:00', config: { command: 'echo', args: ['hello'] } },
    });
    expect(await runTask(old, 'say-hello')).toMatchObject({ status: 'completed' });
    const backupId = await protectSomething(old);
    const settings = await runTask(old, 'settings-backup-backups');
    expect(settings).toMatchObject({ status: 'completed', result: { warnings: 0, removed: 0 } });
    const before = { ...(await historyOf(old)), ...(await whatIsProtected(old)) };
    const secret = accessPassword(old.folder, 'backups');
    await old.stop();
    // What comes after the settings' backup: a snapshot by restic.
    const source = scratchFolder();
    writeFileSync(join(source, 'a'), 'a');
    await restic(path, ['backup', source, '--tag', 'later'], { password: made.recovery_kit.password });

    const { stdout } = await restic(path, ['ls', '--json', 'latest', '--tag', 'guardit-settings'], {
      password: secret,
    });
    expect(stdout).toContain('s-smtp.secret');
    expect(stdout).not.toContain('tokens');
    expect(existsSync(join(old.folder, 'settings-backup'))).toBe(false);

    const moved = `${path}-elsewhere`;
    renameSync(path, moved);
    const folder = join(scratchFolder(), 'new/data');
    const report = await recover(moved, made.recovery_kit.password, folder);
    expect(report).toMatchObject({
      repository: { isMoved: true, hasNewKey: false, record: { id: 'backups' } },
      counts: { targets: 1, schedules: 1, backups: 1, secrets: 2 },
      snapshots: 2,
      adopted: 1,
      // That which made the copy.
      closedRuns: 1,
    });
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(join(folder, 'secrets'))) {
      expect(statSync(join(folder, 'secrets', name)).mode & 0o777).toBe(0o600);
    }
    expect(accessPassword(folder, 'backups')).toBe(secret);
    expect(keysOf(moved)).toHaveLength(2);
    const fresh = await startService({ folder });
    const after = { ...(await historyOf(fresh)), ...(await whatIsProtected(fresh)) };
    expect(after.schedules).toEqual(before.schedules);
    // And, beside them, what restic had made.
    expect(after.tasks).toEqual(expect.arrayContaining(before.tasks));
    expect(after.targets).toEqual(expect.arrayContaining(before.targets));
    expect(after.backups).toEqual(expect.arrayContaining(before.backups));
    expect(after.backups).toHaveLength(2);
    expect(after.backups).toContainEqual({ backup_id: backupId, status: 'completed' });
    const cutOff = before.runs.map((run) => (run.id === settings.id ? { ...run, status: 'failed' } : run));
    expect(after.runs).toEqual(cutOff);
    expect((await asAdmin(fresh, 'GET', `/api/runs/${settings.id}`)).body).toMatchObject({
      error: { code: 'recovered' },
    });
    const { body: test } = await asAdmin(fresh, 'POST', '/api/v1/repositories/backups/test');
    expect(test).toMatchObject({ ok: true });
    const { body } = await asAdmin<Repository>(fresh, 'GET', '/api/v1/repositories/backups');
    expect(body).toMatchObject({ location: { path: moved }, engine_id: made.engine_id });
    // And goes on from there.
    expect(await runTask(fresh, 'say-hello')).toMatchObject({ status: 'completed' });
    expect(await runTask(fresh, 'settings-backup-backups')).toMatchObject({ status: 'completed' });
    expect(fresh.adminToken).not.toBe(old.adminToken);
  });

  it('makes a new key where the one of the settings opens nothing any more, and uses older settings where the newest are broken', async () => {
    const path = join(scratchFolder(), 'r');
    const service = await startService();
    const made = await makeRepository(service, path);
    expect(await runTask(service, 'settings-backup-backups')).toMatchObject({ status: 'completed' });
    await asAdmin(service, 'POST', '/api/v1/repositories/backups/rotate-key');
    for (;;) {
      const { body } = await asAdmin<z.infer<typeof RunList>>(service, 'GET', '/api/runs?task_id=key-rotation-backups');
      if (body.runs.every(({ finished_at }) => finished_at !== null)) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await service.stop();
    // Somebody else's, newer, and no settings at all.
    const fake = join(scratchFolder(), 'settings-backup');
    mkdirSync(fake);
    writeFileSync(join(fake, 'manifest.json'), '{"format":1}');
    await restic(path, ['backup', fake, '--tag', 'guardit-settings'], { password: made.recovery_kit.password });
    const said: string[] = [];
    const folder = join(scratchFolder(), 'data');
    const report = await recover(path, made.recovery_kit.password, folder, said);
    expect(report).toMatchObject({ repository: { hasNewKey: true, isMoved: false, record: { id: 'backups' } } });
    expect(report.settings).not.toBeNull();
    expect(said.join('\n')).toMatch(/can not be used/);
    await restic(path, ['snapshots'], { password: accessPassword(folder, 'backups') });
    const again = await startService({ folder });
    expect((await asAdmin(again, 'POST', '/api/v1/repositories/backups/test')).body).toMatchObject({ ok: true });
  });

  it('connects a repository without settings to a new catalog', async () => {
    const path = join(scratchFolder(), 'from restic');
    await restic(path, ['init'], { password: 'p' });
    const folder = join(scratchFolder(), 'data');
    const report = await recover(path, 'p', folder);
    expect(report).toMatchObject({ settings: null, repository: { hasNewKey: true, record: { id: 'from-restic' } } });
    const service = await startService({ folder });
    const { body } = await asAdmin<Repository>(service, 'GET', '/api/v1/repositories/from-restic');
    expect(body).toMatchObject({ holds_settings: true, kit: { needs: 'renew' } });
    expect(await runTask(service, 'settings-backup-from-restic')).toMatchObject({ status: 'completed' });
  });
});

describe('a recovery is refused', () => {
  it('into a folder that is not empty, and leaves nothing where it fails', async () => {
    const scratch = scratchFolder();
    const full = join(scratch, 'full');
    cpSync(join(import.meta.dirname, 'recover.test.ts'), join(full, 'a.ts'));
    await expect(recover(join(scratch, 'r'), 'p', full)).rejects.toThrow(/is not empty/);
    expect(readdirSync(full)).toEqual(['a.ts']);
    const data = join(scratch, 'data');
    await expect(recover(join(scratch, 'no repository'), 'p', data)).rejects.toMatchObject({
      code: 'repository_not_found',
    });
    expect(readdirSync(scratch).sort()).toEqual(['full']);
    mkdirSync(`${data}.recovering`);
    await expect(recover(join(scratch, 'r'), 'p', data)).rejects.toThrow(/in the way/);
    rmSync(`${data}.recovering`, { recursive: true });
  });
});
