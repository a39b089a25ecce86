import type { Command } from 'commander';
import { CleanupPlan, CleanupStarted } from '../../../../contracts/cleanup.ts';
import { EXIT_CODES } from '../../../app/errors/error-faces.ts';
import { UsageError } from '../../failure.ts';
import type { Invocation } from '../../invocation.ts';
import { formatBytes, plural } from '../../output/format.ts';
import { followRun } from '../jobs/follow-run.ts';
import { addServiceExamples, addServiceOptions, talksToService, type ServiceAction } from '../service-command.ts';

interface CleanupFlags {
  readonly olderThan: string;
  readonly target?: string;
  readonly dryRun?: boolean;
  readonly confirm?: boolean;
}

export function define(command: Command, invocation: Invocation): void {
  command
    .requiredOption('--older-than <days>', 'what is older goes, such as 30d')
    .option('--target <name>', 'only of this target')
    .option('--dry-run', 'only say what would go')
    .option('--confirm', 'really remove it');
  addServiceOptions(command);
  addServiceExamples(
    command,
    ['cleanup --older-than 30d --dry-run', 'cleanup --older-than 30d --confirm'],
    'The newest good backup of each target stays, and so does what is pinned or immutable.',
  );
  talksToService(command, invocation, run);
}

const run: ServiceAction<CleanupFlags> = async (context) => {
  const { client, flags, output } = context;
  const { olderThan: older_than, target, dryRun, confirm } = flags;
  if ((dryRun ?? false) === (confirm ?? false)) {
    throw new UsageError('A cleanup removes backups for ever: say --dry-run to see them, or --confirm to remove them.');
  }
  const connection = await client();
  const body = { older_than, target };
  if (dryRun) {
    const plan = await connection.send('POST', '/api/v1/cleanup', CleanupPlan, { ...body, dry_run: true });
    if (output.isJson) return output.record(plan);
    for (const { backup_id } of plan.remove) output.print(`would remove ${backup_id}`);
    const freed = plan.freed_bytes === null ? '' : `, which frees ${formatBytes(plan.freed_bytes)}`;
    output.say(`${plural(plan.remove.length, 'backup')} would be removed${freed}.`);
    return;
  }
  const started = await connection.send('POST', '/api/v1/cleanup', CleanupStarted, { ...body, confirm: true });
  let exitCode: number = EXIT_CODES.success;
  for (const id of started.run_ids) {
    const ended = await followRun(context, id);
    if (ended.status !== 'completed') {
      exitCode = EXIT_CODES.incomplete;
      if (!output.isJson) output.print(`Run ${id} ${ended.status}: ${ended.error?.message ?? ''}`);
    }
  }
  if (output.isJson) output.record(started);
  else output.say(`${plural(started.remove.length, 'backup')} ${exitCode === 0 ? 'removed' : 'were to be removed'}.`);
  return exitCode;
};
