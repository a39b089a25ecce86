import type { JobContext, RepositoryAccess } from './job-context.ts';
import type {
  BackupFacts,
  BackupWork,
  CheckWork,
  DiffFacts,
  ForgetFacts,
  PruneFacts,
  RepositoryFacts,
  RepositoryKey,
  RepositoryTest,
  RestoreFacts,
  RestoreWork,
  SnapshotFacts,
  StorageFacts,
  VerificationFacts,
  WalkedEntry,
} from './job-facts.ts';

/**
 * The engine's long work, as the service asks for it. It is done in threads of their own (infra/engine-jobs), so everything
 * here is plain data that can be copied between threads. Failures are EngineErrors, `cancelled` for an aborted signal.
 */
export interface EngineJobs {
  /** `repository_exists` where there is one. */
  initRepository(access: RepositoryAccess, context: JobContext): Promise<RepositoryFacts>;
  openRepository(access: RepositoryAccess, context: JobContext): Promise<RepositoryFacts>;
  testRepository(access: RepositoryAccess, context: JobContext): Promise<RepositoryTest>;
  listKeys(access: RepositoryAccess, context: JobContext): Promise<readonly RepositoryKey[]>;
  /** Proves the new key by opening the repository with it before it resolves. Gives its id. */
  addKey(access: RepositoryAccess, newPassword: string, context: JobContext): Promise<string>;
  /** Never the key that `access` opens. */
  removeKey(access: RepositoryAccess, keyId: string, context: JobContext): Promise<void>;
  listSnapshots(access: RepositoryAccess, context: JobContext): Promise<readonly SnapshotFacts[]>;
  backup(access: RepositoryAccess, work: BackupWork, context: JobContext): Promise<BackupFacts>;
  restore(access: RepositoryAccess, work: RestoreWork, context: JobContext): Promise<RestoreFacts>;
  /** Reads and hashes every blob that the snapshot needs. */
  verifySnapshot(access: RepositoryAccess, snapshotId: string, context: JobContext): Promise<VerificationFacts>;
  check(access: RepositoryAccess, work: CheckWork, context: JobContext): Promise<VerificationFacts>;
  /** Removes just these snapshots. `refused` for one that its tag protects (engine, immutable tag). */
  forget(access: RepositoryAccess, snapshotIds: readonly string[], context: JobContext): Promise<ForgetFacts>;
  /** `ignoring`: as if these snapshots were gone, to know what that would free; only with `dryRun`. */
  prune(
    access: RepositoryAccess,
    options: { readonly dryRun: boolean; readonly ignoring?: readonly string[] },
    context: JobContext,
  ): Promise<PruneFacts>;
  /** `countUnused` goes through all trees, as a prune does before it begins. */
  storage(
    access: RepositoryAccess,
    context: JobContext,
    options?: { readonly countUnused?: boolean },
  ): Promise<StorageFacts>;
  /** Adds and removes tags; gives the snapshot's new id. */
  tagSnapshot(
    access: RepositoryAccess,
    snapshotId: string,
    change: { readonly add: readonly string[]; readonly remove: readonly string[] },
    context: JobContext,
  ): Promise<string>;
  /** Everything of a snapshot, folder by folder in the order of paths, in portions. */
  walkSnapshot(
    access: RepositoryAccess,
    snapshotId: string,
    take: (entries: readonly WalkedEntry[]) => void | Promise<void>,
    context: JobContext,
  ): Promise<void>;
  diff(access: RepositoryAccess, beforeId: string, afterId: string, context: JobContext): Promise<DiffFacts>;
}
