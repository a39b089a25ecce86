import type { Command } from 'commander';
import { UsageError } from '../../failure.ts';
import type { ServiceContext } from '../service-command.ts';
import { findRun, lastRunOf } from './find-run.ts';

export interface RunArgumentFlags {
  readonly task?: string;
}

export function addRunArgument(command: Command): void {
  command
    .argument('[run]', 'the id of a run, or its start')
    .option('--task <id>', 'instead: the newest run of this task');
}

/** The id of the run that the command line means. */
export async function chosenRun({ client, flags, operands }: ServiceContext<RunArgumentFlags>): Promise<string> {
  const [run] = operands;
  if ((run === undefined) === (flags.task === undefined)) throw new UsageError('Give the id of a run, or --task ID.');
  const connection = await client();
  return flags.task === undefined ? findRun(connection, run ?? '') : lastRunOf(connection, flags.task);
}
