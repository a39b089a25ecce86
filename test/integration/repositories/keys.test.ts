import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import type { Repository, ShownKit } from '../../../contracts/repositories.ts';
import type { RunDetails } from '../../../contracts/runs.ts';
import { startService } from '../../support/agent-service.ts';
import { scratchFolder } from '../../support/catalogs.ts';
import { describeWithRestic, restic } from '../../support/restic.ts';
import {
  accessPassword,
  asAdmin,
  endedRun,
  filesWith,
  keysOf,
  makeRepository,
  runTask,
} from '../../support/repository-service.ts';

// Each key costs a second or two of scrypt on purpose, more where others compute too.
vi.setConfig({ testTimeout: 300_000 });

const ONE = '/api/v1/repositories/backups';
const DAY_MS = 86_400_000;

describeWithRestic('the keys of a repository', () => {
  it('are replaced on request and when they are due, while the kit stays valid', async () => {
    const service = await startService();
    const path = join(scratchFolder(), 'r');
    const made = await makeRepository(service, path);
    const kit = made.recovery_kit.password;
    expect((await asAdmin(service, 'POST', `${ONE}/kit/confirm`)).body).toMatchObject({ kit: { needs: null } });
    const first = accessPassword(service.folder, 'backups');

    // The daily look, when nothing is due.
    expect(await runTask(service, 'key-rotation-backups')).toMatchObject({
      status: 'completed',
      result: { rotated: false, due_at: made.key_rotation_due_at },
    });
    expect(accessPassword(service.folder, 'backups')).toBe(first);

    const asked = await asAdmin<RunDetails>(service, 'POST', `${ONE}/rotate-key`);
    expect(asked.status).toBe(202);
    service.clock.advanceMs(1_000);
    expect(await endedRun(service, asked.body.id)).toMatchObject({ status: 'completed', result: { rotated: true } });
    const second = accessPassword(service.folder, 'backups');
    expect(second).not.toBe(first);
    expect((await restic(path, ['snapshots'], { password: first, anyExit: true })).code).not.toBe(0);
    for (const password of [second, kit]) await restic(path, ['snapshots'], { password });
    expect(keysOf(path)).toHaveLength(2);

    service.clock.advanceMs(91 * DAY_MS);
    expect(await runTask(service, 'key-rotation-backups')).toMatchObject({ result: { rotated: true } });
    const third = accessPassword(service.folder, 'backups');
    for (const password of [third, kit]) await restic(path, ['snapshots'], { password });
    const { body } = await asAdmin<Repository>(service, 'GET', ONE);
    expect(body.kit.needs).toBe('renew');

    const { bytes: log } = await asAdmin(service, 'GET', `/api/runs/${asked.body.id}/log`);
    const { bytes: audit } = await asAdmin(service, 'GET', '/api/v1/audit');
    for (const secret of [first, second, third, kit]) {
      for (const text of [log, audit]) expect(text.includes(secret)).toBe(false);
    }
    await service.stop();
    for (const old of [first, second, kit]) expect(filesWith(service.folder, old)).toEqual([]);
    expect(filesWith(service.folder, third)).toEqual(['secrets/s-repository-backups.secret']);
  });

  it('of a new kit take the place of the old ones when somebody has stored it', async () => {
    const service = await startService();
    const path = join(scratchFolder(), 'r');
    const { recovery_kit: old } = await makeRepository(service, path);
    const renew = async (body?: object) => {
      const answer = await asAdmin<{ recovery_kit: ShownKit }>(service, 'POST', `${ONE}/kit`, body);
      expect(answer.status).toBe(200);
      return String(answer.body.recovery_kit.password);
    };
    const opens = async (password: string) =>
      (await restic(path, ['cat', 'config'], { password, anyExit: true })).code === 0;
    const forgotten = await renew();
    const fresh = await renew({ password: 'chosen by somebody' });
    expect(fresh).toBe('chosen by somebody');
    // The one that nobody confirmed is of no use any more; the one that is stored is.
    expect([await opens(old.password), await opens(forgotten), await opens(fresh)]).toEqual([true, false, true]);
    expect((await asAdmin<Repository>(service, 'GET', ONE)).body.kit.needs).toBe('store');
    expect((await asAdmin(service, 'POST', `${ONE}/kit/confirm`)).body).toMatchObject({ kit: { needs: null } });
    expect([await opens(old.password), await opens(fresh)]).toEqual([false, true]);
    // Once more says nothing new.
    expect((await asAdmin(service, 'POST', `${ONE}/kit/confirm`)).status).toBe(200);
    expect(keysOf(path)).toHaveLength(2);
    await service.stop();
    for (const password of [old.password, forgotten, fresh]) expect(filesWith(service.folder, password)).toEqual([]);
  });
});
