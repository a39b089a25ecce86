import type { BackupState, BackupType } from '../../../contracts/backups.ts';
import type { RetentionPolicy } from '../../../contracts/retention.ts';
import type { BackupFacts } from '../engine-jobs/ports/job-facts.ts';

/** A snapshot together with the run that makes or made it (api.md, "Vocabulary"). */
export interface BackupRecord {
  /** Says to people what it is: `backup-<target>-<type>-<UTC time>-<four hex digits>`. */
  readonly id: string;
  readonly targetId: string;
  readonly repositoryId: string;
  /** Null for one that was found in the repository, made by nobody we know. */
  readonly runId: string | null;
  /** Those that were started together (seed 5's job). */
  readonly jobId: string | null;
  readonly scheduleId: string | null;
  readonly description: string | null;
  readonly type: BackupType;
  /** What it is based on: of an incremental the newest before it, of a differential the chain's full. Null for a full. */
  readonly parentId: string | null;
  /** The id of the full that the chain began with; stays when the chain is consolidated. */
  readonly chainId: string;
  readonly state: BackupState;
  /** The engine's; set exactly when it is completed. */
  readonly snapshotId: string | null;
  readonly facts: BackupFacts | null;
  /** Of a target that is made of items (`scenarios`). */
  readonly items: readonly BackupItem[];
  readonly warningCount: number;
  readonly failure: { readonly code: string; readonly reason: string } | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly completedAt: Date | null;
  readonly immutableUntil: Date | null;
  /** Retention does not remove it before then, whatever its rules say; it may afterwards. Null: what the rules say. */
  readonly keepUntil: Date | null;
  /** Kept against every retention while it is set: why. */
  readonly pinnedReason: string | null;
  readonly verifiedAt: Date | null;
  /** Null: never verified. */
  readonly verifyState: 'verified' | 'damaged' | null;
  /** Its snapshot was removed; the record stays for the history. */
  readonly removedAt: Date | null;
  readonly removedReason: string | null;
}

export interface BackupItem {
  readonly name: string;
  /** Where it lies in the snapshot. */
  readonly path: string;
  /** What the item's own metadata file says, at most 64 KiB of JSON. */
  readonly metadata: Readonly<Record<string, unknown>> | null;
}

/** What is left out does not restrict. Removed ones are never in a list unless asked for. */
export interface BackupFilter {
  readonly targetId?: string | undefined;
  /** Of any of these. */
  readonly targetIds?: readonly string[] | undefined;
  readonly repositoryId?: string | undefined;
  readonly type?: BackupType | undefined;
  readonly state?: BackupState | undefined;
  readonly jobId?: string | undefined;
  readonly chainId?: string | undefined;
  readonly scheduleId?: string | undefined;
  /** Created at or after. */
  readonly from?: Date | undefined;
  /** Created before. */
  readonly to?: Date | undefined;
  readonly withRemoved?: boolean | undefined;
}

export interface BackupStore {
  insert(backup: BackupRecord): Promise<void>;
  find(id: string): Promise<BackupRecord | null>;
  findByRun(runId: string): Promise<BackupRecord | null>;
  /** One that was removed only where no other has it. */
  findBySnapshot(repositoryId: string, snapshotId: string): Promise<BackupRecord | null>;
  /** Replaces everything but the id, the target and the run. */
  update(backup: BackupRecord): Promise<void>;
  /** Newest first. A negative limit is none. */
  list(
    filter: BackupFilter,
    page: { readonly limit: number; readonly offset: number },
  ): Promise<readonly BackupRecord[]>;
  count(filter: BackupFilter): Promise<number>;
  /** Pending or running, of one target or of all. */
  active(targetId?: string): Promise<readonly BackupRecord[]>;
  /** Completed and not removed, newest first. */
  completed(targetId: string): Promise<readonly BackupRecord[]>;
  /** Completed and not removed, of all targets, newest first. */
  ofRepository(repositoryId: string): Promise<readonly BackupRecord[]>;
  /** The newest completed one of a target that was created at or before `at` (default: ever). */
  lastGood(targetId: string, at?: Date): Promise<BackupRecord | null>;
  /** Completed and not removed whose parent it is. */
  children(id: string): Promise<readonly BackupRecord[]>;
}

/** When and how targets are backed up by themselves (seed 5). For each of its targets there is a task that runs it. */
export interface BackupSchedule {
  /** A slug of the name, never used again. */
  readonly id: string;
  readonly name: string;
  /** A schedule of api.md, section 2, as it was sent. */
  readonly schedule: string;
  readonly timeZone: string;
  readonly type: BackupType;
  /** Null: what its targets say. */
  readonly retention: RetentionPolicy | null;
  readonly isEnabled: boolean;
  readonly targets: readonly ScheduledTarget[];
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface ScheduledTarget {
  readonly targetId: string;
  /** The task's number. */
  readonly task: number;
}

export interface BackupScheduleStore {
  /** False: the id or the name is taken; nothing is stored then. */
  insert(schedule: BackupSchedule): Promise<boolean>;
  find(id: string): Promise<BackupSchedule | null>;
  /** By id, or else by name. */
  resolve(idOrName: string): Promise<BackupSchedule | null>;
  list(): Promise<readonly BackupSchedule[]>;
  ofTarget(targetId: string): Promise<readonly BackupSchedule[]>;
  /** The ids that begin with `base`, and perhaps others. */
  idsStartingWith(base: string): Promise<ReadonlySet<string>>;
  /** Replaces everything, the list of targets too. */
  update(schedule: BackupSchedule): Promise<void>;
  /** Its tasks are deleted by whoever deletes it. */
  delete(id: string): Promise<void>;
}

/** What is done after each backup that completed: retention, the search index. Its failure is a warning on the run. */
export interface AfterBackup {
  /** Says in logs what it is: `retention`. */
  readonly name: string;
  follow(backup: BackupRecord, context: AfterBackupContext): Promise<void>;
}

export interface AfterBackupContext {
  readonly signal: AbortSignal;
  /** A line of the run's log. */
  readonly say: (line: string) => void;
  readonly warn: (warning: string) => void;
}
