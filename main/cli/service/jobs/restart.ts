import type { Command } from 'commander';
import { RunView } from '../../../../contracts/runs.ts';
import type { Invocation } from '../../invocation.ts';
import { runPath } from '../paths.ts';
import { addServiceExamples, addServiceOptions, talksToService, type ServiceAction } from '../service-command.ts';
import { addRunArgument, chosenRun, type RunArgumentFlags } from './run-argument.ts';
import { reportStarted, type WaitFlags } from './run-report.ts';

export function define(command: Command, invocation: Invocation): void {
  addRunArgument(command);
  command.option('--wait', 'until the new run has ended; exit code 3 when it did not complete');
  addServiceOptions(command);
  addServiceExamples(command, ['jobs restart 5f2a91c0', 'jobs restart --task log-cleanup --wait']);
  talksToService(command, invocation, run);
}

const run: ServiceAction<RunArgumentFlags & WaitFlags> = async (context) => {
  const path = runPath(await chosenRun(context), 'restart');
  return reportStarted(context, await (await context.client()).send('POST', path, RunView));
};
