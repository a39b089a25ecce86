import type { BackupRun } from './ports.ts';

const UNFINISHED: readonly string[] = ['running', 'pending'];

/** A run whose result says so has not ended: it is posted again when it has. */
export function isFinished(status: string): boolean {
  return !UNFINISHED.includes(status.toLowerCase());
}

/**
 * When a run began and ended, by this machine's clock (seed 3): it ended when its first final result was received, and a
 * result that is sent again later does not move that. It began `durationSeconds` before; or, as long as it runs, so long
 * before this result.
 */
export function timesOf(
  result: { readonly status: string; readonly durationSeconds: number },
  earlier: Pick<BackupRun, 'endTime'> | null,
  now: Date,
): { startTime: Date; endTime: Date | null } {
  const endTime = isFinished(result.status) ? (earlier?.endTime ?? now) : null;
  const startTime = new Date((endTime ?? now).getTime() - Math.round(result.durationSeconds * 1000));
  return { startTime, endTime };
}
