import type { Command } from 'commander';
import { RunView } from '../../../../contracts/runs.ts';
import type { Invocation } from '../../invocation.ts';
import { reportCancelled } from '../jobs/run-report.ts';
import { taskPath } from '../paths.ts';
import { addServiceExamples, addServiceOptions, talksToService, type ServiceAction } from '../service-command.ts';

export function define(command: Command, invocation: Invocation): void {
  command.argument('<id>', 'the task id, or the number');
  addServiceOptions(command);
  addServiceExamples(command, ['tasks cancel log-cleanup'], 'Everything that the run has started is ended.');
  talksToService(command, invocation, run);
}

const run: ServiceAction<object> = async ({ client, operands, output }) => {
  reportCancelled(output, await (await client()).send('POST', taskPath(operands[0], 'cancel'), RunView));
};
