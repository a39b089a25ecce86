import type { LogFiles } from '../logs/ports.ts';
import type { LeftoverProcesses } from './ports.ts';
import type { RunsLog } from './run-attempt.ts';
import type { RunRecords } from './run-records.ts';
import type { Run } from './run.ts';

export interface RecoveryDeps {
  readonly records: RunRecords;
  readonly leftovers: LeftoverProcesses;
  readonly logFiles: LogFiles;
  readonly log: RunsLog;
  /** Whether a run had done its work before the service ended: it is closed as completed then. */
  readonly isDone?: (run: Run) => Promise<boolean>;
}

const UNFINISHED = 'The service stopped after the work was done, before what follows it was.';
const CRASHED = { code: 'service_stopped', reason: 'The service stopped while it ran.' };

/**
 * Sees to the runs that were not over when the service ended without a word, before anything new is started.
 * Those that had begun are closed as failed, also those that waited for a retry; what their scripts left running is ended
 * first, since once they are closed nobody would look for it again. Gives back those that had not begun: they are to be
 * queued anew.
 */
export async function recoverRuns(deps: RecoveryDeps, active: readonly Run[]): Promise<readonly Run[]> {
  const begun = active.filter(({ attempts }) => attempts > 0);
  await Promise.all(begun.map((run) => close(deps, run)));
  return active.filter(({ attempts }) => attempts === 0);
}

async function close({ records, leftovers, logFiles, log, isDone }: RecoveryDeps, run: Run): Promise<void> {
  const leftCount = await leftovers.end(run.id).catch((error: unknown) => {
    log.error({ err: error, runId: run.id }, 'What a run left running could not be looked for.');
    return 0;
  });
  if (leftCount > 0) log.warn({ runId: run.id, leftCount }, 'Processes of a run could not be ended.');
  const warnings = leftCount > 0 ? [`${leftCount} processes of it could not be ended.`] : [];
  const logBytes = await sealLog(logFiles, run).catch((error: unknown) => {
    log.warn({ err: error, runId: run.id }, "A run's log could not be closed.");
    return run.logBytes;
  });
  if (await isDone?.(run)) {
    await records.end(
      { ...run, logBytes, warnings: [...run.warnings, ...warnings, UNFINISHED] },
      { state: 'completed' },
    );
    return;
  }
  await records.end(
    { ...run, logBytes, warnings: [...run.warnings, ...warnings] },
    { state: 'failed', failure: CRASHED },
  );
  log.warn({ runId: run.id, taskId: run.taskId }, 'A run is closed as failed: the service stopped while it ran.');
}

async function sealLog(logFiles: LogFiles, { logId }: Run): Promise<number> {
  if (logId === null) return 0;
  const appender = await logFiles.append(logId);
  await appender.write(Buffer.from(`\n[guardit] ${CRASHED.reason}\n`)).catch(() => undefined);
  return appender.seal();
}
