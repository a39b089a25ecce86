import type { LogFields } from '../../../contracts/log-fields.ts';
import type { Page } from '../access/ports.ts';

export interface Agent {
  /** A UUID in lower case, as all ids here. */
  readonly id: string;
  readonly tenantId: string;
  readonly name: string;
  readonly hostname: string | null;
  readonly version: string | null;
  readonly createdAt: Date;
  readonly lastHeartbeatAt: Date | null;
}

export interface HeartbeatNews {
  readonly at: Date;
  /** Undefined: as before. */
  readonly version?: string | undefined;
  readonly hostname?: string | undefined;
}

/** Agents that are being deleted are not there, but for `deleted` and `remove`. */
export interface AgentStore {
  /** False when the tenant has an agent of that name; nothing is stored then. */
  insert(agent: Agent): Promise<boolean>;
  find(id: string): Promise<Agent | null>;
  /** By name. */
  list(filter: AgentFilter, page: Page): Promise<Agent[]>;
  count(filter: AgentFilter): Promise<number>;
  recordHeartbeat(id: string, news: HeartbeatNews): Promise<void>;
  /** From now on it is gone for everybody; its runs are removed in slices after that. */
  markDeleted(id: string, at: Date): Promise<void>;
  /** Ids of agents whose runs are still to be removed. */
  deleted(): Promise<string[]>;
  /** One that is marked and has no runs left. */
  remove(id: string): Promise<void>;
}

export interface AgentFilter {
  /** Undefined: of all tenants. */
  readonly tenantId?: string | undefined;
}

/** A run's log, as the catalog knows it. */
export interface RunLog {
  readonly logId: string;
  /** When it was last flushed: the file may have grown since. */
  readonly sizeBytes: number;
  readonly isComplete: boolean;
}

/** What an agent executed (seed 3's backup run). */
export interface BackupRun {
  readonly tenantId: string;
  /** Unique in its tenant. */
  readonly id: string;
  readonly agentId: string;
  readonly policyId: string;
  readonly taskType: string;
  readonly status: string;
  readonly startTime: Date;
  /** Null as long as it runs. */
  readonly endTime: Date | null;
  readonly durationSeconds: number;
  readonly snapshotId: string | null;
  readonly errorMessage: string | null;
  readonly log: RunLog | null;
  readonly fields: LogFields | null;
  /** Its first result. */
  readonly receivedAt: Date;
  readonly updatedAt: Date;
}

/** What is left out does not restrict. */
export interface BackupRunFilter {
  readonly agentId: string;
  readonly status?: string | undefined;
  readonly policyId?: string | undefined;
  /** Of the start; inclusive. */
  readonly from?: Date | undefined;
  /** Exclusive. */
  readonly to?: Date | undefined;
}

export interface BackupRunStore {
  find(tenantId: string, id: string): Promise<BackupRun | null>;
  /** Inserts it, or replaces all of the one with its id. */
  save(run: BackupRun): Promise<void>;
  /** By start, newest first. */
  list(filter: BackupRunFilter, page: Page): Promise<BackupRun[]>;
  count(filter: BackupRunFilter): Promise<number>;
  /** Switches to `log` if the run's log is still `expectedLogId` (null: none). False when it is another one, or the run gone. */
  setLog(
    run: Pick<BackupRun, 'tenantId' | 'id'>,
    expectedLogId: string | null,
    log: RunLog & { readonly fields: LogFields | null },
  ): Promise<boolean>;
  /** Removes at most `limit` runs of an agent; says how many, and which logs nobody refers to any more. */
  removeOfAgent(
    agentId: string,
    limit: number,
  ): Promise<{ readonly count: number; readonly logIds: readonly string[] }>;
  /** Removes at most `limit` runs of which nothing was heard since `at`; else as `removeOfAgent`. */
  removeBefore(at: Date, limit: number): Promise<{ readonly count: number; readonly logIds: readonly string[] }>;
  /** Those of these logs that a run refers to. */
  knownLogs(logIds: readonly string[]): Promise<ReadonlySet<string>>;
}

/** Figures about results (seed 3's metrics). The labels are bounded by whoever implements it. */
export interface ResultMetrics {
  ingested(status: string): void;
  /** `errorType`: a code of contracts/errors.ts. */
  refused(errorType: string): void;
  logStored(taskType: string, sizeBytes: number): void;
}

/** The service's log. A pino logger is one. */
export interface AgentJournal {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
}
