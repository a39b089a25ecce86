import type { Readable } from 'node:stream';
import { MAX_LOG_IN_JSON_BYTES } from '../../../contracts/backup-runs.ts';
import type { Caller } from '../access/caller.ts';
import type { Page } from '../access/ports.ts';
import type { Catalog } from '../catalog/ports.ts';
import { AppError } from '../errors/app-error.ts';
import { isLogMissing, logProblem } from '../logs/log-problem.ts';
import type { LogFiles, LogRange, LogReading } from '../logs/ports.ts';
import { requireAgent, requireRun } from './agent-rights.ts';
import type { BackupRun, BackupRunFilter } from './ports.ts';

export interface RunLogHead {
  /** The first 64 MiB at most. Whoever gets it reads it or destroys it. */
  readonly stream: Readable;
  readonly sizeBytes: number;
  readonly isTruncated: boolean;
}

/** What agents executed, for who looks at it (seed 3, story 13.6). */
export class BackupRuns {
  readonly #parts: { readonly catalog: Catalog; readonly logFiles: LogFiles };

  constructor(parts: { catalog: Catalog; logFiles: LogFiles }) {
    this.#parts = parts;
  }

  async list(caller: Caller, filter: BackupRunFilter, page: Page): Promise<{ runs: BackupRun[]; total: number }> {
    return this.#parts.catalog.read(async (stores) => {
      await requireAgent(stores, caller, filter.agentId);
      return { runs: await stores.backupRuns.list(filter, page), total: await stores.backupRuns.count(filter) };
    });
  }

  /** With the beginning of its log; null where there is none, or where its file is lost: the run is worth showing without. */
  async get(caller: Caller, agentId: string, runId: string): Promise<{ run: BackupRun; log: RunLogHead | null }> {
    const run = await this.#run(caller, agentId, runId);
    if (!run.log) return { run, log: null };
    try {
      const { stream, sizeBytes, end } = await this.#parts.logFiles.read(run.log.logId, { end: MAX_LOG_IN_JSON_BYTES });
      return { run, log: { stream, sizeBytes: end, isTruncated: end < sizeBytes } };
    } catch (error) {
      if (isLogMissing(error)) return { run, log: null };
      throw logProblem(error);
    }
  }

  /** `range` is asked when the size is known; null is all of it. */
  async readLog(
    caller: Caller,
    agentId: string,
    runId: string,
    range: (sizeBytes: number) => LogRange | null,
  ): Promise<LogReading> {
    const run = await this.#run(caller, agentId, runId);
    if (!run.log) throw new AppError('not_found', 'The run has no log.', { code: 'no_log' });
    const { logId } = run.log;
    try {
      const sizeBytes = await this.#parts.logFiles.sizeBytes(logId);
      // The end is fixed here: it may grow before it is opened.
      const reading = await this.#parts.logFiles.read(logId, range(sizeBytes) ?? { end: sizeBytes });
      return { ...reading, sizeBytes };
    } catch (error) {
      throw logProblem(error);
    }
  }

  async #run(caller: Caller, agentId: string, runId: string): Promise<BackupRun> {
    return this.#parts.catalog.read((stores) => requireRun(stores, caller, agentId, runId));
  }
}
