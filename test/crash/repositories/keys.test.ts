import { existsSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { AppError } from '../../../main/app/errors/app-error.ts';
import { connectRepository } from '../../../main/app/repositories/connect-repository.ts';
import { createRepository } from '../../../main/app/repositories/create-repository.ts';
import { nextSecretName, rotateKey } from '../../../main/app/repositories/key-rotation.ts';
import { findRepository, type RepositoryDeps } from '../../../main/app/repositories/repository-deps.ts';
import { ADMIN, Crash, crashingAt, repositoryParts } from '../../support/repository-parts.ts';
import { keysOf } from '../../support/repository-service.ts';

// Dozens of keys, one after the other.
vi.setConfig({ testTimeout: 120_000 });

const KIT_PASSWORD = 'of the kit';
const context = { signal: new AbortController().signal };

function wishFor(path: string) {
  return { name: 'nas', kind: 'local', location: { path }, password: KIT_PASSWORD, key_rotation_days: 90 } as const;
}

function rotate(deps: RepositoryDeps, isForced: boolean) {
  return rotateKey(deps, 'nas', { isForced, context, say: () => undefined, grace: () => Promise.resolve() });
}

/** The key that GuardIT's stored password opens, as a process that starts would find it. */
async function openedKey(deps: RepositoryDeps): Promise<string> {
  const access = await deps.accesses.openAccess('nas');
  return (await deps.jobs.openRepository(access, context)).keyId;
}

describe('a rotation that is cut off', () => {
  it('leaves a repository that opens, at every step, and at most one key too many, which the next one removes', async () => {
    const { deps, place } = await repositoryParts();
    const { kit } = await createRepository(deps, ADMIN, wishFor(place));
    const done: string[][] = [];
    for (let step = 1; ; step++) {
      const before = await openedKey(deps);
      const { deps: dying, steps } = crashingAt(deps, step);
      const end = await rotate(dying, true).catch((error: unknown) => error);
      done.push(steps);
      // As a service that starts after it finds things.
      const opened = await openedKey(deps);
      expect(keysOf(place).length).toBeLessThanOrEqual(3);
      if (!(end instanceof Crash)) {
        expect(end).toMatchObject({ isRotated: true, oldKeyId: before, newKeyId: opened });
        break;
      }
      const isUnfinished = steps.includes('add key') && !steps.includes('catalog');
      // A daily look finishes what was begun, although nothing is due.
      expect(await rotate(deps, false)).toMatchObject({ isRotated: isUnfinished });
      const record = await findRepository(deps, 'nas');
      expect(record.accessKeyId).toBe(await openedKey(deps));
      expect(keysOf(place)).toEqual([record.accessKeyId, record.kitKeyId].sort());
      expect(await deps.secrets.has(nextSecretName('nas'))).toBe(false);
    }
    expect(done.at(-1)).toEqual([
      'write repository-nas.next',
      'add key',
      'write repository-nas',
      'remove key',
      'catalog',
      'delete repository-nas.next',
    ]);
    expect(keysOf(place)).toContain(kit.key_id);
    const { keyId } = await deps.jobs.openRepository({ location: place, password: KIT_PASSWORD }, context);
    expect(keyId).toBe(kit.key_id);
  });
});

describe('a creation that is cut off', () => {
  it('can be done again, or its repository be connected with the password that was chosen', async () => {
    for (let step = 1; ; step++) {
      const { deps, place } = await repositoryParts();
      const { deps: dying, steps } = crashingAt(deps, step);
      const end = await createRepository(dying, ADMIN, wishFor(place)).catch((error: unknown) => error);
      if (!(end instanceof Crash)) {
        expect(steps).toEqual(['init', 'add key', 'write repository-nas', 'catalog']);
        break;
      }
      expect(await deps.catalog.read(({ repositories }) => repositories.list())).toEqual([]);
      const again = await createRepository(deps, ADMIN, wishFor(place)).catch((error: unknown) => error);
      if (!steps.includes('init')) {
        expect(again).toMatchObject({ record: { id: 'nas' } });
        continue;
      }
      expect(existsSync(place)).toBe(true);
      expect(again).toBeInstanceOf(AppError);
      expect(again).toMatchObject({ code: 'conflict', details: { code: 'repository_exists' } });
      await connectRepository(deps, ADMIN, wishFor(place));
      expect((await findRepository(deps, 'nas')).accessKeyId).toBe(await openedKey(deps));
    }
  });
});
