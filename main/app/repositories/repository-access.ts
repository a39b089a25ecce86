import type { Catalog } from '../catalog/ports.ts';
import type { RepositoryAccess } from '../engine-jobs/ports/job-context.ts';
import { AppError } from '../errors/app-error.ts';
import { secretProblem } from '../secrets/secret-problem.ts';
import type { SecretStore } from '../secrets/ports.ts';
import type { RepositoryRecord } from './ports.ts';
import { engineLocation } from './repository-location.ts';

/** The one place where a repository's password is read. Ask for it when the work begins, and keep it no longer than that. */
export class RepositoryAccesses {
  readonly #parts: { readonly catalog: Catalog; readonly secrets: Pick<SecretStore, 'read'> };

  constructor(parts: { readonly catalog: Catalog; readonly secrets: Pick<SecretStore, 'read'> }) {
    this.#parts = parts;
  }

  /** Throws `not_found` where there is none of this id, `unavailable` where its password can't be read. */
  async openAccess(repositoryId: string): Promise<RepositoryAccess> {
    const record = await this.#parts.catalog.read(({ repositories }) => repositories.find(repositoryId));
    if (!record) throw repositoryNotFound(repositoryId);
    return this.accessTo(record);
  }

  async accessTo(record: RepositoryRecord): Promise<RepositoryAccess> {
    const location = engineLocation(record);
    try {
      return { location, password: await this.#parts.secrets.read(record.passwordSecret) };
    } catch (error) {
      const told = secretProblem(error);
      if (!(told instanceof AppError)) throw told;
      const message = `The repository ${record.name} can't be opened: ${told.message} Disconnect it and connect it with its kit's password.`;
      throw new AppError('unavailable', message, { code: 'password_missing' }, { cause: error });
    }
  }
}

export function repositoryNotFound(id: string): AppError {
  return new AppError('not_found', `There is no repository ${JSON.stringify(id)}.`, { field: 'repository_id' });
}
