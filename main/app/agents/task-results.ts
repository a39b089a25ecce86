import { MAX_LOG_IN_JSON_BYTES, type TaskResult } from '../../../contracts/backup-runs.ts';
import type { LogFields } from '../../../contracts/log-fields.ts';
import type { Caller } from '../access/caller.ts';
import type { Catalog, Stores } from '../catalog/ports.ts';
import type { Clock } from '../clock/ports.ts';
import { AppError } from '../errors/app-error.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { LogFiles } from '../logs/ports.ts';
import { requireAgent } from './agent-rights.ts';
import { backupRunView } from './views.ts';
import { logFieldsOf } from './log-fields/log-fields.ts';
import { textExcerpt } from './log-fields/excerpt.ts';
import type { AgentJournal, BackupRun, ResultMetrics } from './ports.ts';
import { timesOf } from './run-times.ts';
import { discard, storeText } from './stored-log.ts';

export interface TaskResultsParts {
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly events: Pick<EventBus, 'publish'>;
  readonly logFiles: LogFiles;
  readonly metrics: ResultMetrics;
  readonly journal: AgentJournal;
}

interface NewLog {
  readonly logId: string;
  readonly sizeBytes: number;
  readonly fields: LogFields | null;
}

interface Saved {
  readonly run: BackupRun;
  readonly isNew: boolean;
  /** A log that nobody refers to any more. */
  readonly replacedLogId: string | null;
}

/** Logs of one batch that are written at once. */
const LOGS_AT_ONCE = 8;

/** Takes what agents say of their executions (seed 3, stories 13.2 to 13.4). */
export class TaskResults {
  readonly #parts: TaskResultsParts;

  constructor(parts: TaskResultsParts) {
    this.#parts = parts;
  }

  /**
   * Inserts the run, or replaces all of it but its first times. All or nothing: the log is durable before the row names it,
   * and neither is there when either fails (`storage_full`).
   */
  async record(caller: Caller, agentId: string, result: TaskResult): Promise<void> {
    await this.#checkAgent(caller, agentId);
    await this.#save(caller, agentId, result, await this.#storeLog(result));
  }

  /** As `record` for each; one that fails does not keep the others out. What became of each, in their order: null for well. */
  async recordAll(caller: Caller, agentId: string, results: readonly TaskResult[]): Promise<(AppError | null)[]> {
    await this.#checkAgent(caller, agentId);
    const logs = await inPool(results, LOGS_AT_ONCE, (result) => outcomeOf(this.#storeLog(result)));
    // Asked for in one turn, they share their commits; the catalog keeps their order.
    const saved = results.map((result, index) => outcomeOf(this.#saveWith(caller, agentId, result, logs[index])));
    return (await Promise.all(saved)).map((outcome) => ('error' in outcome ? asAppError(outcome.error) : null));
  }

  async #saveWith(caller: Caller, agentId: string, result: TaskResult, log: Outcome<NewLog | null> | undefined) {
    if (!log || 'error' in log) throw log?.error;
    await this.#save(caller, agentId, result, log.value);
  }

  /** Before a log is stored for nobody. */
  async #checkAgent(caller: Caller, agentId: string): Promise<void> {
    await this.#parts.catalog.read((stores) => requireAgent(stores, caller, agentId));
  }

  async #storeLog({ log }: TaskResult): Promise<NewLog | null> {
    if (log === undefined || log === null || log === '') return null;
    if (Buffer.byteLength(log) > MAX_LOG_IN_JSON_BYTES) {
      const details = { field: 'log', code: 'too_large', limit_bytes: MAX_LOG_IN_JSON_BYTES };
      throw new AppError('payload_too_large', 'log: is larger than 64 MiB; send it with PUT …/log', details);
    }
    const stored = await storeText(this.#parts.logFiles, log);
    return { ...stored, fields: logFieldsOf(textExcerpt(log)) };
  }

  async #save(caller: Caller, agentId: string, result: TaskResult, log: NewLog | null): Promise<void> {
    const { catalog, clock, logFiles } = this.#parts;
    const now = clock.now();
    let saved: Saved;
    try {
      saved = await catalog.write((stores) => upsert(stores, caller, agentId, result, log, now));
    } catch (error) {
      if (log && !mayBeStored(error)) await discard(logFiles, log.logId);
      throw error;
    }
    if (saved.replacedLogId !== null) await discard(logFiles, saved.replacedLogId);
    this.#tell(saved, log, now);
  }

  #tell({ run, isNew }: Saved, log: NewLog | null, now: Date): void {
    const { events, metrics, journal } = this.#parts;
    metrics.ingested(run.status);
    if (log) metrics.logStored(run.taskType, log.sizeBytes);
    const { tenantId, agentId, id: runId, policyId, taskType, status, durationSeconds } = run;
    const logBytes = log?.sizeBytes ?? null;
    journal.info(
      { tenantId, agentId, runId, policyId, taskType, status, durationSeconds, logBytes, isNew },
      'The result of an agent was stored.',
    );
    events.publish('run.reported', now, backupRunView(run), { tenantId });
  }
}

async function upsert(
  stores: Pick<Stores, 'agents' | 'backupRuns'>,
  caller: Caller,
  agentId: string,
  result: TaskResult,
  log: NewLog | null,
  now: Date,
): Promise<Saved> {
  const { tenantId } = await requireAgent(stores, caller, agentId);
  const earlier = await stores.backupRuns.find(tenantId, result.taskId);
  if (earlier && earlier.agentId !== agentId) {
    const details = { field: 'taskId', code: 'taken' };
    throw new AppError('conflict', 'taskId: another agent has posted a result of this execution', details);
  }
  const run: BackupRun = {
    tenantId,
    id: result.taskId,
    agentId,
    policyId: result.policyId,
    taskType: result.taskType,
    status: result.status,
    ...timesOf(result, earlier, now),
    durationSeconds: result.durationSeconds,
    snapshotId: textOrNull(result.snapshotId),
    errorMessage: textOrNull(result.errorMessage),
    log: log ? { logId: log.logId, sizeBytes: log.sizeBytes, isComplete: true } : (earlier?.log ?? null),
    fields: log ? log.fields : (earlier?.fields ?? null),
    receivedAt: earlier?.receivedAt ?? now,
    updatedAt: now,
  };
  await stores.backupRuns.save(run);
  return { run, isNew: earlier === null, replacedLogId: log ? (earlier?.log?.logId ?? null) : null };
}

// C0 without tab and line ends, DEL, C1. The texts of tools have them, and they must not reach a terminal.
const CONTROL = /[^\P{Cc}\t\n\r]/gu;

/** Never refused for its characters: it may be the only news of a failure. */
function textOrNull(text: string | null | undefined): string | null {
  return text === undefined || text === null || text === '' ? null : text.toWellFormed().replaceAll(CONTROL, '\ufffd');
}

/** After this one the row may be there when GuardIT starts again, and needs its log. */
function mayBeStored(error: unknown): boolean {
  return error instanceof AppError && error.details['reason'] === 'flush_failed';
}

type Outcome<T> = { readonly value: T } | { readonly error: unknown };

async function outcomeOf<T>(promise: Promise<T>): Promise<Outcome<T>> {
  try {
    return { value: await promise };
  } catch (error) {
    return { error };
  }
}

/** What nobody foresaw is not for one item to tell: it fails the whole. */
function asAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  throw error;
}

async function inPool<T, R>(items: readonly T[], size: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const worker = async () => {
    for (const [index, item] of queue) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: size }, worker));
  return results;
}
