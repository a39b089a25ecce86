import type { Command } from 'commander';
import { RunView } from '../../../../contracts/runs.ts';
import type { Invocation } from '../../invocation.ts';
import { runPath } from '../paths.ts';
import { addServiceExamples, addServiceOptions, talksToService, type ServiceAction } from '../service-command.ts';
import { addRunArgument, chosenRun, type RunArgumentFlags } from './run-argument.ts';
import { reportCancelled } from './run-report.ts';

export function define(command: Command, invocation: Invocation): void {
  addRunArgument(command);
  addServiceOptions(command);
  addServiceExamples(command, ['jobs cancel 5f2a91c0', 'jobs cancel --task log-cleanup']);
  talksToService(command, invocation, run);
}

const run: ServiceAction<RunArgumentFlags> = async (context) => {
  const path = runPath(await chosenRun(context), 'cancel');
  reportCancelled(context.output, await (await context.client()).send('POST', path, RunView));
};
