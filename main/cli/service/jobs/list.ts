import type { Command } from 'commander';
import { RUN_STATES, RUN_TRIGGERS, RunList, type RunView } from '../../../../contracts/runs.ts';
import { oneOf, pointInTime, wholeNumber } from '../../commands/common-options.ts';
import type { Invocation } from '../../invocation.ts';
import { renderTable } from '../../output/table.ts';
import { durationCell, messageCell, textCell, timeCell } from '../cells.ts';
import { addServiceExamples, addServiceOptions, talksToService, type ServiceAction } from '../service-command.ts';
import { shortId, stateCell } from './run-report.ts';

interface ListFlags {
  readonly status?: string;
  readonly task?: string;
  readonly trigger?: string;
  readonly from?: Date;
  readonly to?: Date;
  readonly limit: number;
  readonly offset: number;
}

export function define(command: Command, invocation: Invocation): void {
  command
    .option('--status <state>', `only: ${RUN_STATES.join(', ')}`, oneOf(...RUN_STATES))
    .option('--task <id>', 'only runs of this task')
    .option('--trigger <trigger>', `only those made by: ${RUN_TRIGGERS.join(', ')}`, oneOf(...RUN_TRIGGERS))
    .option('--from <time>', "made at or after, such as '2026-11-22 17:49'", pointInTime)
    .option('--to <time>', 'made before', pointInTime)
    .option('--limit <n>', 'how many, at most 1000', wholeNumber, 20)
    .option('--offset <n>', 'how many of the newest to leave out', wholeNumber, 0);
  addServiceOptions(command);
  addServiceExamples(command, [
    'jobs list',
    'jobs list --status failed --limit 100',
    'jobs list --task log-cleanup --json',
  ]);
  talksToService(command, invocation, run);
}

const run: ServiceAction<ListFlags> = async ({ client, flags, output }) => {
  const { status, task, trigger, limit, offset } = flags;
  const times = { from: flags.from?.toISOString(), to: flags.to?.toISOString() };
  const page = await (
    await client()
  ).get('/api/runs', RunList, { status, task_id: task, trigger, ...times, limit, offset });
  if (output.isJson) return output.record(page);
  if (page.runs.length === 0) return output.say('There is no such run.');
  const columns = ['Run', 'Task', 'State', 'Began', 'Took', 'Message'].map((title) => ({ title }));
  for (const line of renderTable(columns, page.runs.map(rowOf))) output.print(line);
  const shown = offset + page.runs.length;
  if (shown < page.total) output.say(`${page.total} in all; --offset ${shown} shows older ones.`);
};

function rowOf(run: RunView): string[] {
  return [
    shortId(run.id),
    textCell(run.task_id),
    stateCell(run),
    timeCell(run.started_at ?? run.created_at),
    durationCell(run.duration_seconds),
    messageCell(run.error?.message ?? run.message),
  ];
}
