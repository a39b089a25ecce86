import { describe, expect, it } from 'vitest';
import type { Backend } from '../../main/engine/backend/backend.ts';
import { MemoryBackend, type MemoryStore } from '../../main/engine/backend/memory-backend.ts';
import { isEngineError } from '../../main/engine/base/errors.ts';
import { TEST_SCRYPT } from '../../main/engine/crypto/key-file.ts';
import { Repository } from '../../main/engine/repository/repository.ts';
import { forEveryCrash, onRepository, openStore } from '../support/crash-points.ts';
import { PASSWORD } from '../support/repositories.ts';

const scrypt = TEST_SCRYPT;
const initIn = (backend: Backend) => Repository.init(backend, { password: PASSWORD, scrypt });

describe('making a repository, dying at any backend operation', () => {
  it('leaves a repository, or a place where one can still be made', async () => {
    const states = await forEveryCrash(new Map(), initIn, async ({ store }) => {
      const backend = new MemoryBackend(store);
      await initIn(backend).catch((error: unknown) => {
        // The config was the last thing to be written: the repository is complete.
        if (!isEngineError(error, 'repository_exists')) throw error;
      });
      const repository = await openStore(store);
      expect(await repository.listKeys()).toHaveLength(1);
    });
    expect(states).toBe(2 * 3);
  });
});

describe('changing a password, dying at any backend operation', () => {
  it('always leaves the old or the new password valid, and no third key', async () => {
    const base: MemoryStore = new Map();
    const made = await initIn(new MemoryBackend(base));
    const change = onRepository((repository) => repository.changePassword('new', { scrypt }));
    const states = await forEveryCrash(base, change, async ({ store }) => {
      const opened = [];
      for (const password of [PASSWORD, 'new']) {
        const open = Repository.open(new MemoryBackend(store), { password });
        opened.push(
          ...(await open.then(
            (repository) => [repository],
            () => [],
          )),
        );
      }
      expect(opened.length).toBeGreaterThan(0);
      for (const { masterKey } of opened) expect(masterKey).toEqual(made.masterKey);
      expect(await opened[0]?.listKeys()).toHaveLength(opened.length);
    });
    expect(states).toBe(2 * 2);
  });
});
