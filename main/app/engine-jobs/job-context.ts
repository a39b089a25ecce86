import type { WorkLog } from '../runs/own-work.ts';
import type { ExecutionContext } from '../runs/ports.ts';
import { liveFigures, percentOf } from './live-figures.ts';
import type { JobContext } from './ports/job-context.ts';

/**
 * What an engine's job tells, as a run tells it: progress with its figures, warnings in the log. `message` says what is going on
 * in place of the engine's own word for it.
 */
export function jobContext(
  { progress }: Pick<ExecutionContext, 'progress'>,
  signal: AbortSignal,
  log: Pick<WorkLog, 'line'>,
  message?: string,
): JobContext {
  return {
    signal,
    onProgress: (at) => progress(percentOf(at), message ?? at.phase, liveFigures(at)),
    onWarning: ({ item, message: problem }) => log.line(`Warning: ${item}: ${problem}`),
  };
}
