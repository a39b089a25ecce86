import type { Command } from 'commander';
import { BackupStatusView, type TargetStateView } from '../../../../contracts/protection-status.ts';
import type { Invocation } from '../../invocation.ts';
import { renderTable } from '../../output/table.ts';
import { messageCell, sizeCell, textCell, timeCell } from '../cells.ts';
import { addServiceExamples, addServiceOptions, talksToService, type ServiceAction } from '../service-command.ts';

export function define(command: Command, invocation: Invocation): void {
  addServiceOptions(command);
  addServiceExamples(command, ['targets list', 'targets list --json']);
  talksToService(command, invocation, run);
}

const run: ServiceAction<object> = async ({ client, output }) => {
  const { details } = await (await client()).get('/api/v1/backup/status', BackupStatusView);
  if (output.isJson) return output.record({ targets: details });
  if (details.length === 0) return output.say('Nothing is protected yet: guardit targets add --help.');
  for (const line of targetLines(details)) output.print(line);
};

/** How well each target is protected. */
export function targetLines(targets: readonly TargetStateView[]): string[] {
  const columns = [
    ...['Target', 'State', 'Last good backup', 'Next run'].map((title) => ({ title })),
    { title: 'Size', align: 'right' as const },
    { title: 'Why' },
  ];
  return renderTable(
    columns,
    targets.map(({ name, state, last_good_backup, next_run, cause }) => [
      textCell(name),
      state,
      timeCell(last_good_backup?.completed_at),
      timeCell(next_run),
      sizeCell(last_good_backup?.total_bytes ?? null),
      messageCell(cause),
    ]),
  );
}
