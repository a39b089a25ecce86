import type { Command } from 'commander';
import { RunDetails } from '../../../../contracts/runs.ts';
import type { Invocation } from '../../invocation.ts';
import { runPath } from '../paths.ts';
import { addServiceExamples, addServiceOptions, talksToService, type ServiceAction } from '../service-command.ts';
import { addRunArgument, chosenRun, type RunArgumentFlags } from './run-argument.ts';
import { runLines } from './run-report.ts';

export function define(command: Command, invocation: Invocation): void {
  addRunArgument(command);
  addServiceOptions(command);
  addServiceExamples(command, ['jobs show 5f2a91c0', 'jobs show --task log-cleanup --json']);
  talksToService(command, invocation, run);
}

const run: ServiceAction<RunArgumentFlags> = async (context) => {
  const { client, output } = context;
  const details = await (await client()).get(runPath(await chosenRun(context)), RunDetails);
  if (output.isJson) output.record(details);
  else for (const line of runLines(details)) output.print(line);
};
