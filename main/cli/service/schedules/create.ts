import type { Command } from 'commander';
import { BACKUP_TYPES } from '../../../../contracts/backups.ts';
import { ScheduleView } from '../../../../contracts/backup-schedules.ts';
import { oneOf, wholeNumber } from '../../commands/common-options.ts';
import { UsageError } from '../../failure.ts';
import type { Invocation } from '../../invocation.ts';
import { formatLocalTime } from '../../output/format.ts';
import { namesOf } from '../lists.ts';
import { addServiceExamples, addServiceOptions, talksToService, type ServiceAction } from '../service-command.ts';
import { addKeepOptions, keptBy, type KeepFlags } from './keep-options.ts';

interface CreateFlags extends KeepFlags {
  readonly name: string;
  readonly cron?: string;
  readonly schedule?: string;
  readonly targets: string;
  readonly type: string;
  readonly retention?: number;
  readonly timeZone?: string;
  readonly disabled?: boolean;
}

export function define(command: Command, invocation: Invocation): void {
  command
    .requiredOption('--name <name>', 'for people; its id is made from it')
    .option('--cron <expression>', 'when, as cron has it: "0 2 * * *"')
    .option('--schedule <schedule>', 'when, in words: "daily at 2:00", "every 4 hours"')
    .requiredOption('--targets <names>', 'what is backed up: names or ids, with commas between them')
    .option('--type <type>', BACKUP_TYPES.join(', '), oneOf(...BACKUP_TYPES), 'incremental')
    .option('--retention <days>', 'what is older than so many days goes', wholeNumber)
    .option('--time-zone <zone>', "such as Europe/Berlin (default: the service's)")
    .option('--disabled', 'not yet');
  addKeepOptions(command);
  addServiceOptions(command);
  addServiceExamples(command, [
    'schedule create --name daily-full-backup --cron "0 2 * * *" --targets documents,files --retention 7',
    'schedule create --name hourly --schedule "every 1 hours" --targets documents --keep-last 24 --keep-daily 14',
  ]);
  talksToService(command, invocation, run);
}

const run: ServiceAction<CreateFlags> = async ({ client, flags, output }) => {
  const { name, cron, schedule, type, retention, timeZone: time_zone, disabled } = flags;
  const rules = keptBy(flags);
  if (retention !== undefined && rules) throw new UsageError('--retention and the --keep options exclude each other.');
  const body = {
    ...{ name, cron, schedule, type, time_zone, retention: retention ?? rules },
    targets: namesOf(flags.targets, 'the targets'),
    enabled: !disabled,
  };
  const made = await (await client()).send('POST', '/api/v1/schedules', ScheduleView, body);
  if (output.isJson) return output.record(made);
  const next = made.next_run ? ` It runs next at ${formatLocalTime(made.next_run)}.` : '';
  output.say(`Made the schedule ${made.schedule_id}.${next}`);
};
