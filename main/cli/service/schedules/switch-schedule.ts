import type { Command } from 'commander';
import { ScheduleView } from '../../../../contracts/backup-schedules.ts';
import type { Invocation } from '../../invocation.ts';
import { formatLocalTime } from '../../output/format.ts';
import { addServiceExamples, addServiceOptions, talksToService } from '../service-command.ts';
import { schedulePath } from './schedule-path.ts';

/** `enable` and `disable`, which differ in one word. */
export function defineSwitch(verb: 'enable' | 'disable'): (command: Command, invocation: Invocation) => void {
  return (command, invocation) => {
    command.argument('<schedule>', 'its id or name');
    addServiceOptions(command);
    addServiceExamples(command, [`schedule ${verb} daily-full-backup`]);
    talksToService<object>(command, invocation, async ({ client, operands, output }) => {
      const [id = ''] = operands;
      const changed = await (await client()).send('POST', schedulePath(id, verb), ScheduleView);
      if (output.isJson) return output.record(changed);
      const next = changed.next_run ? ` It runs next at ${formatLocalTime(changed.next_run)}.` : '';
      output.say(`The schedule ${changed.schedule_id} is ${verb}d.${next}`);
    });
  };
}
