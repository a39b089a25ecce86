import type { Caller } from '../access/caller.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { Catalog } from '../catalog/ports.ts';
import { AppError } from '../errors/app-error.ts';
import { isOwnSecret } from './own-secrets.ts';
import { MAX_SECRET_BYTES, SecretError, type SecretStore } from './ports.ts';
import { secretProblem } from './secret-problem.ts';

export interface SecretsParts {
  readonly catalog: Catalog;
  readonly audit: Pick<AuditLog, 'record'>;
  readonly store: SecretStore;
}

/**
 * Secrets as admins see them: names, to be set and removed. A value goes in and never comes out.
 *
 * The audit comes first, since a file and the catalog can't change as one: when the disk fails in between, it names a
 * change that was not made, but there is never a change that it does not name.
 */
export class Secrets {
  readonly #parts: SecretsParts;
  /** The store wants one change after the other. */
  #changes: Promise<unknown> = Promise.resolve();

  constructor(parts: SecretsParts) {
    this.#parts = parts;
  }

  /** In order. */
  async names(): Promise<string[]> {
    const names = await inAppWords(() => this.#parts.store.list());
    return names.filter((name) => !isOwnSecret(name));
  }

  /** Makes or replaces it. False: there was one before. Throws `payload_too_large`, `storage_full`. */
  async set(caller: Caller, name: string, value: string): Promise<boolean> {
    return this.#change(async () => {
      const { store } = this.#parts;
      refuseOwn(name);
      if (Buffer.byteLength(value) > MAX_SECRET_BYTES) {
        throw new SecretError('secret_too_large', `Secret "${name}" is larger than ${MAX_SECRET_BYTES} bytes.`);
      }
      const isNew = !(await store.has(name));
      await this.#record(caller, isNew ? 'secret.created' : 'secret.replaced', name);
      await store.write(name, value);
      return isNew;
    });
  }

  /** Throws `not_found`. */
  async remove(caller: Caller, name: string): Promise<void> {
    await this.#change(async () => {
      const { store } = this.#parts;
      refuseOwn(name);
      if (!(await store.has(name))) throw new SecretError('secret_not_found', `There is no secret "${name}".`);
      await this.#record(caller, 'secret.deleted', name);
      await store.delete(name);
    });
  }

  #record(caller: Caller, action: string, name: string): Promise<void> {
    const { audit, catalog } = this.#parts;
    return catalog.write((stores) => audit.record(stores, { caller, action, object: `secret:${name}` }));
  }

  #change<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#changes.then(() => inAppWords(work));
    this.#changes = done.catch(() => undefined);
    return done;
  }
}

function refuseOwn(name: string): void {
  if (!isOwnSecret(name)) return;
  const message = `${name} is a name that GuardIT keeps for itself: take one that does not begin with "repository-".`;
  throw new AppError('conflict', message, { field: 'name', code: 'reserved' });
}

async function inAppWords<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw secretProblem(error);
  }
}
