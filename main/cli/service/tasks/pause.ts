import type { Command } from 'commander';
import { durationMs, pointInTime } from '../../commands/common-options.ts';
import { UsageError } from '../../failure.ts';
import type { Invocation } from '../../invocation.ts';
import { formatLocalTime } from '../../output/format.ts';
import { addServiceExamples, addServiceOptions, talksToService, type ServiceAction } from '../service-command.ts';
import { addTaskOrAll, changeSchedule, type AllFlags } from './pausing.ts';

interface PauseFlags extends AllFlags {
  readonly until?: Date;
  /** Milliseconds. */
  readonly for?: number;
}

export function define(command: Command, invocation: Invocation): void {
  addTaskOrAll(command);
  command
    .option('--until <time>', "such as '2026-11-22 17:49'", pointInTime)
    .option('--for <duration>', 'such as 90m or 12h', durationMs);
  addServiceOptions(command);
  addServiceExamples(
    command,
    ['tasks pause log-cleanup', 'tasks pause log-cleanup --for 12h', "tasks pause --all --until '2026-11-22 17:49'"],
    'Without an end it lasts until "guardit tasks resume". What runs already goes on.',
  );
  talksToService(command, invocation, run);
}

const run: ServiceAction<PauseFlags> = async (context) => {
  const { until, for: durationInMs } = context.flags;
  if (until && durationInMs !== undefined) throw new UsageError('Give --until or --for, not both.');
  const end = until ?? (durationInMs === undefined ? null : new Date(Date.now() + durationInMs));
  const words = end ? `until ${formatLocalTime(end)}` : 'until somebody resumes';
  await changeSchedule(
    context,
    'pause',
    { until: end?.toISOString() ?? null },
    (what) => `${what} is paused ${words}.`,
  );
};
