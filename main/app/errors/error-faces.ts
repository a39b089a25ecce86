import type { EngineErrorCode } from '../../engine/index.ts';

/** How one kind of failure looks from outside. */
export interface ErrorFace {
  /** The `code` (or seed 3–5's `error`) of an API answer. */
  readonly api: string;
  /** HTTP status. Trouble of a repository or a disk is 422: the request was fine, it can't be carried out. */
  readonly http: number;
  /** Exit code of the command line, as restic's. */
  readonly exit: number;
}

/** What the shell sees (restic's exit codes). */
export const EXIT_CODES = {
  success: 0,
  failure: 1,
  /** A backup, restore or forget that finished, but not with everything. */
  incomplete: 3,
  noRepository: 10,
  locked: 11,
  wrongPassword: 12,
  interrupted: 130,
} as const;

const { failure, noRepository, locked, wrongPassword, interrupted } = EXIT_CODES;

/** Every face of the product for every code of the engine: a new code does not compile until it has them. */
export const ERROR_FACES = {
  repository_not_found: { api: 'repository_not_found', http: 404, exit: noRepository },
  repository_exists: { api: 'repository_exists', http: 409, exit: failure },
  unsupported_version: { api: 'repository_version_unsupported', http: 422, exit: failure },
  // Not 401 and 403: those speak of who asks, not of what a repository or a disk lets us do.
  wrong_password: { api: 'repository_password_wrong', http: 422, exit: wrongPassword },
  locked: { api: 'repository_locked', http: 409, exit: locked },
  lock_lost: { api: 'repository_lock_lost', http: 409, exit: failure },
  corrupt: { api: 'repository_damaged', http: 422, exit: failure },
  not_found: { api: 'not_found', http: 404, exit: failure },
  already_exists: { api: 'already_exists', http: 409, exit: failure },
  ambiguous_id: { api: 'ambiguous_id', http: 400, exit: failure },
  snapshot_not_found: { api: 'snapshot_not_found', http: 404, exit: failure },
  path_not_found: { api: 'path_not_found', http: 404, exit: failure },
  blob_not_found: { api: 'repository_damaged', http: 422, exit: failure },
  invalid_argument: { api: 'invalid_argument', http: 400, exit: failure },
  nothing_to_back_up: { api: 'nothing_to_back_up', http: 422, exit: failure },
  refused: { api: 'refused', http: 409, exit: failure },
  unsafe_path: { api: 'unsafe_path', http: 422, exit: failure },
  no_space: { api: 'no_space', http: 422, exit: failure },
  read_only: { api: 'read_only', http: 422, exit: failure },
  permission_denied: { api: 'storage_permission_denied', http: 422, exit: failure },
  backend_failed: { api: 'storage_failed', http: 422, exit: failure },
  source_failed: { api: 'source_failed', http: 422, exit: failure },
  target_failed: { api: 'target_failed', http: 422, exit: failure },
  cancelled: { api: 'cancelled', http: 409, exit: interrupted },
  internal: { api: 'internal_error', http: 500, exit: failure },
} as const satisfies Record<EngineErrorCode, ErrorFace>;
