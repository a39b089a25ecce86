import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { LocalBackend } from '../../../main/engine/backend/local-backend.ts';
import { TEST_SCRYPT } from '../../../main/engine/crypto/key-file.ts';
import { Repository } from '../../../main/engine/repository/repository.ts';
import { bundled } from '../../support/bundle/bundle-folder.ts';
import { NODE, start, startRestic, type RunningProcess } from '../../support/processes.ts';
import { initFolder, objectsIn, openFolder, PASSWORD } from '../../support/repositories.ts';
import { describeWithRestic, restic, scratchFolder } from '../../support/restic.ts';

const HOLD_LOCK = bundled('hold-lock.process.js');

const scratch = scratchFolder();
let location: string;
let repository: Repository;
let made = 0;

beforeEach(async () => {
  location = join(scratch.path, `repository-${made++}`);
  repository = await initFolder(location);
});
afterAll(() => scratch.remove());

function holdLock(mode: 'shared' | 'exclusive'): RunningProcess {
  return start(NODE, [HOLD_LOCK, location, PASSWORD, mode], { input: 'open' });
}

/** A restic that has its shared lock and waits for its input. */
async function waitingBackup(): Promise<RunningProcess> {
  const backup = startRestic(location, ['backup', '--stdin', '--stdin-filename', 'x'], { input: 'open' });
  while (objectsIn(location, 'locks').length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  return backup;
}

describeWithRestic('keys of both programs', () => {
  it('open the repository in the other one', async () => {
    await repository.addKey('made by us', { scrypt: TEST_SCRYPT });
    await restic(location, ['snapshots'], { password: 'made by us' });

    const passwordFile = join(scratch.path, 'new-password');
    writeFileSync(passwordFile, 'made by restic');
    await restic(location, ['key', 'add', '--new-password-file', passwordFile]);
    const opened = await Repository.open(new LocalBackend(location), { password: 'made by restic' });
    expect(opened.config).toEqual(repository.config);
    expect(opened.masterKey).toEqual(repository.masterKey);
    expect(await opened.listKeys()).toHaveLength(3);

    const kept = await opened.changePassword('changed by us', { scrypt: TEST_SCRYPT });
    const refused = await restic(location, ['snapshots'], { password: 'made by restic', anyExit: true });
    expect(refused.stderr).toContain('wrong password');
    const listed = await restic(location, ['key', 'list', '--json'], { password: 'changed by us' });
    const keys = JSON.parse(listed.stdout) as { current: boolean; id: string }[];
    expect(keys.find(({ current }) => current)?.id).toBe(kept.slice(0, 8));
    expect(keys).toHaveLength(3);
  });

  it('are removed by either', async () => {
    const extra = await repository.addKey('extra', { scrypt: TEST_SCRYPT });
    await restic(location, ['key', 'remove', extra]);
    await expect(Repository.open(new LocalBackend(location), { password: 'extra' })).rejects.toMatchObject({
      code: 'wrong_password',
    });
  });
});

describeWithRestic('locks of both programs', () => {
  it('ours survives `restic unlock`, and so do we', async () => {
    const holder = holdLock('shared');
    await holder.saying('locked');
    const [lock] = objectsIn(location, 'locks');
    await restic(location, ['unlock']);
    expect(objectsIn(location, 'locks')).toEqual([lock]);
    holder.child.stdin?.end();
    expect(await holder.result).toMatchObject({ code: 0, stdout: 'locked\nreleased\n' });
    expect(objectsIn(location, 'locks')).toEqual([]);
  });

  it('a lock that a killed process left is refused until somebody unlocks', async () => {
    for (const unlock of [() => restic(location, ['unlock']), () => repository.unlock()]) {
      const holder = holdLock('exclusive');
      await holder.saying('locked');
      holder.child.kill('SIGKILL');
      await holder.result;
      const refused = await restic(location, ['snapshots'], { anyExit: true });
      expect(refused.stderr).toContain('already locked');
      await expect(repository.lock('shared')).rejects.toMatchObject({ code: 'locked', retry: 'later' });
      await unlock();
      expect(objectsIn(location, 'locks')).toEqual([]);
    }
    await restic(location, ['snapshots']);
  });

  it('shared goes with shared, exclusive with nothing', async () => {
    const holder = holdLock('shared');
    await holder.saying('locked');
    await restic(location, ['snapshots']);
    const refused = await restic(location, ['check'], { anyExit: true });
    expect(refused.stderr).toContain('already locked');
    holder.child.stdin?.end();
    await holder.result;

    const exclusive = holdLock('exclusive');
    await exclusive.saying('locked');
    for (const args of [
      ['snapshots'],
      ['backup', scratch.path],
      ['forget', '--keep-last', '1'],
      ['prune'],
      ['check'],
    ]) {
      const { code, stderr } = await restic(location, args, { anyExit: true });
      expect(code, args[0]).not.toBe(0);
      expect(stderr).toContain('already locked');
    }
    exclusive.child.stdin?.end();
    await exclusive.result;
    expect(objectsIn(location, 'locks')).toEqual([]);
  });

  it('ours respects one of restic, which survives our unlock', async () => {
    const backup = await waitingBackup();
    await expect(repository.lock('exclusive')).rejects.toMatchObject({ code: 'locked' });
    const shared = await repository.lock('shared');
    expect(await repository.unlock()).toEqual([]);
    expect(objectsIn(location, 'locks')).toHaveLength(2);
    await shared.release();
    backup.child.stdin?.end('content');
    expect(await backup.result).toMatchObject({ code: 0 });
    expect(objectsIn(location, 'locks')).toEqual([]);
    expect(objectsIn(location, 'snapshots')).toHaveLength(1);
  });

  it('a wait for the lock ends when restic is done', async () => {
    const backup = await waitingBackup();
    const waiting = repository.lock('exclusive', { retryForMs: 60_000 });
    setTimeout(() => backup.child.stdin?.end('content'), 500);
    const lock = await waiting;
    expect(objectsIn(location, 'locks')).toEqual([lock.id]);
    await lock.release();
    expect(await backup.result).toMatchObject({ code: 0 });
  });

  it('both renew: a lock replaced under the eyes of the other stays one lock', async () => {
    const lock = await repository.lock('shared', { refreshMs: 30 });
    const first = lock.id;
    while (lock.id === first) await new Promise((resolve) => setTimeout(resolve, 10));
    const refused = await restic(location, ['prune'], { anyExit: true });
    expect(refused.stderr).toContain('already locked');
    await lock.release();
    await restic(location, ['prune']);
    expect((await openFolder(location)).config.id).toBe(repository.config.id);
    expect(objectsIn(location, 'locks')).toEqual([]);
  });
});
