import type { VerificationKind } from '../../../contracts/verifications.ts';

export type { VerificationKind };

/** What a verification found; kept as a proof for later. */
export interface VerificationRecord {
  /** The id of the run that did it. */
  readonly id: string;
  readonly kind: VerificationKind;
  readonly repositoryId: string;
  readonly targetId: string | null;
  readonly backupId: string | null;
  readonly startedAt: Date;
  readonly finishedAt: Date;
  readonly isSound: boolean;
  readonly readBytes: number;
  readonly errorCount: number;
  /** The report, as the API shows it. */
  readonly report: Readonly<Record<string, unknown>>;
}

export interface VerificationFilter {
  readonly kind?: VerificationKind | undefined;
  readonly repositoryId?: string | undefined;
  readonly targetId?: string | undefined;
  readonly backupId?: string | undefined;
}

export interface VerificationStore {
  /** Takes the place of one of the same run. */
  insert(verification: VerificationRecord): Promise<void>;
  find(id: string): Promise<VerificationRecord | null>;
  /** Newest first. */
  list(
    filter: VerificationFilter,
    page: { readonly limit: number; readonly offset: number },
  ): Promise<readonly VerificationRecord[]>;
  count(filter: VerificationFilter): Promise<number>;
  /** The newest that succeeded. */
  lastSound(filter: VerificationFilter): Promise<VerificationRecord | null>;
}

/** What a restored file is, compared with the one that is in its place now. */
export type LiveComparison =
  | 'equal'
  /** Size and time are as they were when it was backed up, and the content is another one. */
  | 'different'
  /** It was changed since, so it says nothing. */
  | 'changed'
  | 'missing'
  /** The live file can't be read. */
  | 'unreadable'
  /** The file was not restored. */
  | 'not_restored';

/** Room for drills: restored files that nobody keeps. Only the service's account can look into it. */
export interface ScratchSpace {
  /** A new empty folder. */
  make(name: string): Promise<string>;
  /** With everything in it, whatever permissions that has. */
  remove(path: string): Promise<void>;
  /** What a service that was cut off has left. */
  removeAll(): Promise<void>;
  compare(
    file: { readonly path: string; readonly sizeBytes: number; readonly modifiedAtMs: number },
    scratchPath: string,
    signal: AbortSignal,
  ): Promise<LiveComparison>;
}
