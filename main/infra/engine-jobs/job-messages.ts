import type { JobProgress, JobWarning, RepositoryAccess } from '../../app/engine-jobs/ports/job-context.ts';
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
} from '../../app/engine-jobs/ports/job-facts.ts';
import type { PlainEngineError } from '../../engine/index.ts';

/** What each job is asked for beside the repository, and what it answers: all of it can be copied between threads. */
export interface JobShapes {
  readonly initRepository: { input: null; result: RepositoryFacts };
  readonly openRepository: { input: null; result: RepositoryFacts };
  readonly testRepository: { input: null; result: RepositoryTest };
  readonly listKeys: { input: null; result: readonly RepositoryKey[] };
  readonly addKey: { input: { readonly newPassword: string }; result: string };
  readonly removeKey: { input: { readonly keyId: string }; result: null };
  readonly listSnapshots: { input: null; result: readonly SnapshotFacts[] };
  readonly backup: { input: BackupWork & { readonly programVersion: string }; result: BackupFacts };
  readonly restore: { input: RestoreWork; result: RestoreFacts };
  readonly verifySnapshot: { input: { readonly snapshotId: string }; result: VerificationFacts };
  readonly check: { input: CheckWork; result: VerificationFacts };
  readonly forget: { input: { readonly snapshotIds: readonly string[] }; result: ForgetFacts };
  readonly prune: { input: { readonly dryRun: boolean; readonly ignoring: readonly string[] }; result: PruneFacts };
  readonly storage: { input: { readonly countUnused: boolean }; result: StorageFacts };
  readonly tagSnapshot: {
    input: { readonly snapshotId: string; readonly add: readonly string[]; readonly remove: readonly string[] };
    result: string;
  };
  readonly walkSnapshot: { input: { readonly snapshotId: string }; result: null };
  readonly diff: { input: { readonly beforeId: string; readonly afterId: string }; result: DiffFacts };
  /** Removes locks that a thread left when it was stopped where it stood. */
  readonly removeLocks: { input: { readonly lockIds: readonly string[] }; result: null };
}

export type JobName = keyof JobShapes;
export type JobInput<Name extends JobName> = JobShapes[Name]['input'];
export type JobResult<Name extends JobName> = JobShapes[Name]['result'];

/** The password is in here: a request goes to its thread as a message and is nowhere kept. */
export interface JobRequest<Name extends JobName = JobName> {
  readonly name: Name;
  readonly access: RepositoryAccess;
  readonly input: JobInput<Name>;
}

export type ToJob =
  | { readonly kind: 'start'; readonly request: JobRequest }
  | { readonly kind: 'cancel' }
  /** The last portion has been dealt with: the next one may come. */
  | { readonly kind: 'portion-taken' };

export type FromJob =
  | { readonly kind: 'progress'; readonly progress: JobProgress }
  | { readonly kind: 'warning'; readonly warning: JobWarning }
  | { readonly kind: 'portion'; readonly entries: readonly WalkedEntry[] }
  /** A lock file is about to be written, or has been removed. */
  | { readonly kind: 'lock'; readonly lockId: string; readonly isHeld: boolean }
  | { readonly kind: 'result'; readonly result: JobResult<JobName> }
  | { readonly kind: 'failure'; readonly failure: PlainEngineError };
