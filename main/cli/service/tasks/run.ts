import type { Command } from 'commander';
import { RunView } from '../../../../contracts/runs.ts';
import type { Invocation } from '../../invocation.ts';
import { reportStarted, type WaitFlags } from '../jobs/run-report.ts';
import { taskPath } from '../paths.ts';
import { addServiceExamples, addServiceOptions, talksToService, type ServiceAction } from '../service-command.ts';

interface RunFlags extends WaitFlags {
  readonly force?: boolean;
}

export function define(command: Command, invocation: Invocation): void {
  command
    .argument('<id>', 'the task id, or the number')
    .option('--force', 'also while what it depends on has not completed')
    .option('--wait', 'until the run has ended; exit code 3 when it did not complete');
  addServiceOptions(command);
  addServiceExamples(command, ['tasks run log-cleanup', 'tasks run log-cleanup --wait --json']);
  talksToService(command, invocation, run);
}

const run: ServiceAction<RunFlags> = async (context) => {
  const { client, flags, operands } = context;
  const path = taskPath(operands[0], 'execute');
  const started = await (await client()).send('POST', path, RunView, flags.force ? { force: true } : undefined);
  return reportStarted(context, started);
};
