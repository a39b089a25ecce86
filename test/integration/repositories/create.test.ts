import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { RepositoryList } from '../../../contracts/repositories.ts';
import { readRecoveryKit } from '../../../contracts/recovery-kit.ts';
import type { z } from 'zod';
import { startService, type AnyBody } from '../../support/agent-service.ts';
import { scratchFolder } from '../../support/catalogs.ts';
import { describeWithRestic, restic } from '../../support/restic.ts';
import { accessPassword, asAdmin, filesWith, keysOf, makeRepository } from '../../support/repository-service.ts';

// Each key costs a second or two of scrypt on purpose, more where others compute too.
vi.setConfig({ testTimeout: 180_000 });

const PATH = '/api/v1/repositories';

describeWithRestic('making a repository', () => {
  it('gives it two keys: one that only GuardIT knows, and one that only people know', async () => {
    const service = await startService();
    const path = join(scratchFolder(), 'not/there/yet');
    const made = await makeRepository(service, path, { name: 'Büro NAS', immutable_days: 7 });
    expect(made).toMatchObject({
      repository_id: 'buro-nas',
      kind: 'local',
      location: { path },
      immutable_days: 7,
      key_rotation_days: 90,
      holds_settings: true,
      kit: { needs: 'store', confirmed_at: null },
      problem: null,
    });
    const { password, text } = made.recovery_kit;
    expect(password).toMatch(/^[a-z2-9]{5}(?:-[a-z2-9]{5}){6}$/);
    expect(readRecoveryKit(text)).toEqual({ password, repositoryId: made.engine_id });
    expect(readRecoveryKit(JSON.stringify(made))?.password).toBe(password);
    expect(text).toContain(`restic -r ${path} snapshots`);
    expect(keysOf(path)).toHaveLength(2);
    const secret = accessPassword(service.folder, 'buro-nas');
    for (const one of [password, secret]) {
      const { stdout } = await restic(path, ['cat', 'config'], { password: one });
      expect(JSON.parse(stdout)).toMatchObject({ id: made.engine_id });
    }
    expect(statSync(join(service.folder, 'secrets/s-repository-buro-nas.secret')).mode & 0o777).toBe(0o600);
  });

  it('leaves neither password anywhere but where it belongs', async () => {
    const service = await startService();
    const made = await makeRepository(service, join(scratchFolder(), 'r'));
    const secret = accessPassword(service.folder, 'backups');
    const answers = [
      await asAdmin(service, 'GET', PATH),
      await asAdmin(service, 'GET', `${PATH}/backups`),
      await asAdmin(service, 'GET', '/api/v1/audit'),
      await asAdmin(service, 'GET', '/api/audit'),
      await asAdmin(service, 'GET', '/api/secrets'),
    ];
    expect(JSON.stringify(made)).not.toContain(secret);
    for (const { bytes } of answers) {
      expect(bytes.toString()).not.toContain(secret);
      expect(bytes.toString()).not.toContain(made.recovery_kit.password);
    }
    await service.stop();
    expect(JSON.stringify(service.logged)).not.toContain(secret);
    expect(filesWith(service.folder, secret)).toEqual(['secrets/s-repository-backups.secret']);
    expect(filesWith(service.folder, made.recovery_kit.password)).toEqual([]);
  });

  it('takes the password that somebody chose', async () => {
    const service = await startService();
    const path = join(scratchFolder(), 'r');
    const made = await makeRepository(service, path, { password: 'correct horse battery' });
    expect(made.recovery_kit.password).toBe('correct horse battery');
    await restic(path, ['snapshots'], { password: 'correct horse battery' });
  });

  it('keeps its secret from tasks and from the list of secrets', async () => {
    const service = await startService();
    await makeRepository(service, join(scratchFolder(), 'r'));
    expect((await asAdmin(service, 'GET', '/api/secrets')).body).toEqual({ secrets: [] });
    for (const method of ['PUT', 'DELETE']) {
      const body = method === 'PUT' ? { value: 'mine' } : undefined;
      const { status } = await asAdmin(service, method, '/api/secrets/repository-backups', body);
      expect(status).toBe(409);
    }
    const config = { command: 'env', env: { STOLEN: { $secret: 'Repository-backups' } } };
    await asAdmin(service, 'POST', '/api/tasks', { name: 'thief', type: 'script', config, maxRetries: 0 });
    const { body } = await asAdmin<{ id: string }>(service, 'POST', '/api/tasks/thief/execute');
    for (;;) {
      const { body: run } = await asAdmin(service, 'GET', `/api/runs/${body.id}`);
      if (run['finished_at'] === null) continue;
      expect(run).toMatchObject({ status: 'failed', error: { code: 'secret_unavailable' } });
      break;
    }
  });
});

describe('a place for a repository', () => {
  it('is refused with the reason where it can not be one', async () => {
    const service = await startService();
    const scratch = scratchFolder();
    const make = async (path: string, more: AnyBody = {}) => {
      const body = { name: 'x', kind: 'local', location: { path }, ...more };
      const { status, body: answer } = await asAdmin(service, 'POST', PATH, body);
      return { status, code: (answer['details'] as AnyBody)['code'] };
    };
    mkdirSync(join(scratch, 'full'));
    writeFileSync(join(scratch, 'full/holiday.jpg'), 'x');
    writeFileSync(join(scratch, 'file'), 'x');
    symlinkSync(service.folder, join(scratch, 'link'));
    await makeRepository(service, join(scratch, 'r'), { name: 'taken' });
    expect(await make('relative/path')).toMatchObject({ status: 400 });
    expect(await make(join(scratch, 'full'))).toEqual({ status: 409, code: 'occupied' });
    expect(await make(join(scratch, 'file'))).toEqual({ status: 409, code: 'occupied' });
    expect(await make(join(scratch, 'file/below'))).toEqual({ status: 422, code: 'unusable' });
    expect(await make(join(service.folder, 'repository'))).toEqual({ status: 422, code: 'unusable' });
    expect(await make(join(scratch, 'link/repository'))).toEqual({ status: 422, code: 'unusable' });
    expect(await make(join(scratch, 'r'))).toEqual({ status: 409, code: 'repository_exists' });
    expect(await make(join(scratch, 'r/data/inside'))).toEqual({ status: 422, code: 'unusable' });
    expect(await make(join(scratch, 'new'), { name: 'taken' })).toEqual({ status: 409, code: 'taken' });
    expect(await make(join(scratch, 'new'), { kind: 's3' })).toEqual({ status: 422, code: 'not_supported' });
    expect(existsSync(join(scratch, 'new'))).toBe(false);
    expect(readFileSync(join(scratch, 'full/holiday.jpg'), 'utf8')).toBe('x');
  });

  it('is only for admins to choose, and for others to see', async () => {
    const service = await startService();
    const body = { name: 'x', kind: 'local', location: { path: join(scratchFolder(), 'r') } };
    const keyOf = async (role: string) => {
      const made = await asAdmin(service, 'POST', '/api/auth/keys', { name: role, role });
      return String(made.body['key']);
    };
    const [operator, viewer] = [await keyOf('operator'), await keyOf('viewer')];
    expect((await service.ask('POST', PATH, { body })).status).toBe(401);
    expect((await service.ask('GET', PATH)).status).toBe(401);
    for (const as of [operator, viewer]) {
      expect((await service.ask('POST', PATH, { as, body })).status).toBe(403);
      expect((await service.ask('GET', PATH, { as })).body).toEqual({ repositories: [], total: 0 });
    }
  });
});

describeWithRestic('a repository that is there already', () => {
  it('is connected with any password of it, and keeps that', async () => {
    const service = await startService();
    const path = join(scratchFolder(), 'r');
    await restic(path, ['init'], { password: 'of restic' });
    const source = scratchFolder();
    writeFileSync(join(source, 'a'), 'a');
    await restic(path, ['backup', source], { password: 'of restic' });
    const connect = (more: AnyBody = {}) =>
      asAdmin(service, 'POST', `${PATH}/connect`, {
        ...{ name: 'old', kind: 'local', location: { path }, password: 'of restic' },
        ...more,
      });
    expect(await connect({ password: 'wrong' })).toMatchObject({
      status: 422,
      body: { error: 'repository_password_wrong' },
    });
    expect((await connect({ location: { path: `${path}-not` } })).status).toBe(404);
    const { status, body } = await connect();
    expect(status).toBe(201);
    expect(body).toMatchObject({ repository_id: 'old', snapshots: 1, kit: { needs: 'renew' } });
    expect(await connect({ name: 'again' })).toMatchObject({ status: 409, body: { details: { code: 'connected' } } });
    await restic(path, ['snapshots'], { password: 'of restic' });
    await restic(path, ['snapshots'], { password: accessPassword(service.folder, 'old') });
    expect(keysOf(path)).toHaveLength(2);
  });

  it('is itself again when it is disconnected and comes back, its data untouched', async () => {
    const service = await startService();
    const path = join(scratchFolder(), 'r');
    const made = await makeRepository(service, path);
    const keys = keysOf(path);
    const tasks = async () => {
      const { body } = await asAdmin<{ task_id: string }[]>(service, 'GET', '/api/tasks');
      return body.map(({ task_id }) => task_id).sort();
    };
    // Those of pruning and checking come a moment later.
    expect(await tasks()).toEqual(expect.arrayContaining(['key-rotation-backups', 'settings-backup-backups']));
    expect((await asAdmin(service, 'DELETE', `${PATH}/backups`)).status).toBe(204);
    expect(existsSync(join(service.folder, 'secrets/s-repository-backups.secret'))).toBe(false);
    expect(keysOf(path)).toEqual(keys);
    expect(await tasks()).toEqual([]);
    const { body: list } = await asAdmin<z.infer<typeof RepositoryList>>(service, 'GET', PATH);
    expect(list.total).toBe(0);
    for (const method of ['GET', 'DELETE']) {
      expect((await asAdmin(service, method, `${PATH}/backups`)).status).toBe(404);
    }
    // Its id is not given again, its name is free.
    const other = await makeRepository(service, join(scratchFolder(), 'other'));
    expect(other.repository_id).toBe('backups-2');
    const { status, body } = await asAdmin(service, 'POST', `${PATH}/connect`, {
      ...{ name: 'backups again', kind: 'local', location: { path }, password: made.recovery_kit.password },
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({ repository_id: 'backups', engine_id: made.engine_id, name: 'backups again' });
  });
});

describe('changing and testing a repository', () => {
  it('changes what it may, and its tasks with it', async () => {
    const service = await startService();
    await makeRepository(service, join(scratchFolder(), 'r'));
    const change = (body: AnyBody) => asAdmin(service, 'PATCH', `${PATH}/backups`, body);
    const { body } = await change({ name: 'NAS', immutable_days: 30, key_rotation_days: 0, holds_settings: false });
    expect(body).toMatchObject({
      ...{ repository_id: 'backups', name: 'NAS', immutable_days: 30, key_rotation_days: 0, holds_settings: false },
      key_rotation_due_at: null,
    });
    const { body: rotation } = await asAdmin(service, 'GET', '/api/tasks/key-rotation-backups');
    expect(rotation).toMatchObject({ display_name: 'Replace the key of NAS', schedule: null });
    const { body: settings } = await asAdmin(service, 'GET', '/api/tasks/settings-backup-backups');
    expect(settings).toMatchObject({ is_active: false });
    // Nothing is protected by it yet.
    expect((await change({ immutable_days: null })).body).toMatchObject({ immutable_days: null });
    await makeRepository(service, join(scratchFolder(), 'r'), { name: 'other' });
    expect((await change({ name: 'other' })).status).toBe(409);
    expect((await change({ immutable_days: 0 })).status).toBe(400);
  });

  it('says in words what is wrong with one that is gone', async () => {
    const service = await startService();
    const path = join(scratchFolder(), 'r');
    await makeRepository(service, path);
    const test = () => asAdmin(service, 'POST', `${PATH}/backups/test`);
    const good = await test();
    expect(good.body).toMatchObject({
      ok: true,
      can_write: true,
      can_read_back: true,
      can_delete: true,
      problem: null,
    });
    expect(good.body['free_bytes']).toBeGreaterThan(0);
    const { rename } = await import('node:fs/promises');
    await rename(path, `${path}-away`);
    const bad = await test();
    expect(bad.status).toBe(200);
    expect(bad.body).toMatchObject({ ok: false });
    expect(bad.body['problem']).toContain(path);
    const { body } = await asAdmin(service, 'GET', `${PATH}/backups`);
    expect(body['problem']).toBe(bad.body['problem']);
    await rename(`${path}-away`, path);
    await test();
    expect((await asAdmin(service, 'GET', `${PATH}/backups`)).body).toMatchObject({ problem: null });
  });
});

describe('the clock of immutability', () => {
  it('does not follow a wall clock that is set ahead until an admin says so', async () => {
    const service = await startService();
    const { body: before } = await asAdmin(service, 'GET', '/api/v1/clock');
    expect(before).toMatchObject({ differs: false });
    service.clock.advanceMs(400 * 86_400_000);
    const { body: ahead } = await asAdmin(service, 'GET', '/api/v1/clock');
    expect(ahead).toMatchObject({ differs: true });
    expect(Date.parse(String(ahead['trusted']))).toBeLessThan(Date.parse(String(before['trusted'])) + 3_600_000);
    expect((await service.ask('POST', '/api/v1/clock/confirm')).status).toBe(401);
    const { body: confirmed } = await asAdmin(service, 'POST', '/api/v1/clock/confirm');
    expect(confirmed).toMatchObject({ differs: false });
  });
});
