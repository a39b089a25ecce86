import type { JobContext } from '../engine-jobs/ports.ts';
import type { WorkLog } from '../runs/own-work.ts';
import type { ExecutionContext } from '../runs/ports.ts';

/** What an engine's job tells, as a run tells it: progress with its figures, warnings in the log. */
export function jobContext({ progress }: ExecutionContext, signal: AbortSignal, log: WorkLog): JobContext {
  return {
    signal,
    onProgress: (at) => {
      const [done, total] = at.totalBytes ? [at.bytesDone, at.totalBytes] : [at.itemsDone ?? 0, at.totalItems ?? 0];
      progress(total > 0 ? (100 * done) / total : null, at.phase, { ...at });
    },
    onWarning: ({ item, message }) => log.line(`Warning: ${item}: ${message}`),
  };
}
