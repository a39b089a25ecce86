import { setTimeout as wait } from 'node:timers/promises';
import { RunDetails, type RunView } from '../../../../contracts/runs.ts';
import { EXIT_CODES } from '../../../app/errors/error-faces.ts';
import { formatLocalTime } from '../../output/format.ts';
import type { Output } from '../../output/output.ts';
import { durationCell, fieldLines, messageCell, textCell } from '../cells.ts';
import { runPath } from '../paths.ts';
import type { ServiceContext } from '../service-command.ts';

export interface WaitFlags {
  readonly wait?: boolean;
}

const POLL_MS = 500;
/** Enough to tell the runs of an installation apart. */
export const SHORT_ID_LENGTH = 8;

export function shortId(id: string): string {
  return id.slice(0, SHORT_ID_LENGTH);
}

/** Says that a run was made, or, with --wait, how it ended. */
export async function reportStarted(context: ServiceContext<WaitFlags>, run: RunView): Promise<number> {
  const { flags, output } = context;
  if (!flags.wait) {
    if (output.isJson) output.record(run);
    else
      output.say(
        `Run ${run.id} of ${textCell(run.task_id)} has begun. "guardit jobs logs ${shortId(run.id)} --follow" shows it.`,
      );
    return EXIT_CODES.success;
  }
  const ended = await untilItEnds(context, run.id);
  if (output.isJson) output.record(ended);
  else for (const line of runLines(ended)) output.print(line);
  return ended.status === 'completed' ? EXIT_CODES.success : EXIT_CODES.incomplete;
}

/** 202: it ends soon, if it has not yet. */
export function reportCancelled(output: Output, run: RunView): void {
  if (output.isJson) return output.record(run);
  const isOver = run.status !== 'running' && run.status !== 'pending';
  output.say(`Run ${shortId(run.id)} of ${textCell(run.task_id)} is ${isOver ? run.status : 'being cancelled'}.`);
}

async function untilItEnds({ client, signal }: ServiceContext<WaitFlags>, id: string): Promise<RunDetails> {
  const connection = await client();
  for (;;) {
    const run = await connection.get(runPath(id), RunDetails);
    if (run.status !== 'pending' && run.status !== 'running') return run;
    await wait(POLL_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

/** How a run stands, in a word or two. */
export function stateCell(run: RunView): string {
  if (run.retry_at) return 'waits to retry';
  if (run.status !== 'running' || run.progress === null) return run.status;
  return `running ${Math.floor(run.progress)}%`;
}

/** All that is known of a run, for people. */
export function runLines(run: RunDetails | RunView): string[] {
  const time = (instant: string | null) => instant && formatLocalTime(instant);
  const attempts = run.max_attempts > 1 ? `${run.attempt} of at most ${run.max_attempts}` : null;
  const result = 'result' in run && run.result !== null && run.result !== undefined ? JSON.stringify(run.result) : null;
  return fieldLines([
    ['Run', run.id],
    ['Task', textCell(run.task_id)],
    ['State', stateCell(run)],
    ['Why', run.error && messageCell(run.error.message)],
    ['Message', messageCell(run.message)],
    ['Started by', run.trigger + (run.requested_by === null ? '' : ` (${textCell(run.requested_by)})`)],
    ['Due', time(run.due_at)],
    ['Began', time(run.started_at)],
    ['Ended', time(run.finished_at)],
    ['Took', durationCell(run.duration_seconds)],
    ['Attempts', attempts],
    ['Next attempt', time(run.retry_at)],
    ['Exit code', run.exit_code === null ? null : String(run.exit_code)],
    ['Signal', run.signal],
    ['HTTP status', run.http_status === null ? null : String(run.http_status)],
    ['Warnings', run.warnings.map((warning) => messageCell(warning)).join('; ')],
    ['Result', textCell(result)],
  ]);
}
