import type { Command } from 'commander';
import { Consolidation } from '../../../../contracts/backups.ts';
import { EXIT_CODES } from '../../../app/errors/error-faces.ts';
import type { Invocation } from '../../invocation.ts';
import { followRun } from '../jobs/follow-run.ts';
import { runLines } from '../jobs/run-report.ts';
import { addServiceExamples, addServiceOptions, talksToService, type ServiceAction } from '../service-command.ts';

export function define(command: Command, invocation: Invocation): void {
  command.argument('<chain>', 'its id, as a backup shows it');
  addServiceOptions(command);
  addServiceExamples(
    command,
    ['backups consolidate CHAIN_ID'],
    'Its newest backup is proved to be whole and replaces the others.',
  );
  talksToService(command, invocation, run);
}

const run: ServiceAction<object> = async (context) => {
  const { client, operands, output } = context;
  const [chain_id = ''] = operands;
  const started = await (await client()).send('POST', '/api/v1/backup/consolidate', Consolidation, { chain_id });
  const ended = await followRun(context, started.consolidation_job_id);
  if (output.isJson) output.record(ended);
  else for (const line of runLines(ended)) output.print(line);
  return ended.status === 'completed' ? EXIT_CODES.success : EXIT_CODES.incomplete;
};
