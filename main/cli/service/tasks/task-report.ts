import type { TaskView } from '../../../../contracts/tasks.ts';
import { formatLocalTime } from '../../output/format.ts';
import type { Output } from '../../output/output.ts';
import { durationCell, fieldLines, textCell } from '../cells.ts';

/** A task after it was made or changed: the whole answer with --json, else one sentence. */
export function reportTask(output: Output, task: TaskView, sentence: string): void {
  if (output.isJson) output.record(task);
  else output.say(sentence);
}

/** All that is known of a task, for people. */
export function taskLines(task: TaskView): string[] {
  const minutes = (value: number | undefined) => (value === undefined ? null : `${value} min`);
  const common: [string, string | null | undefined][] = [
    ['ID', textCell(task.task_id)],
    ['Name', textCell(task.display_name)],
    ['Type', textCell(task.task_type)],
    ['Description', textCell(task.description)],
    ['Server', textCell(task.server_id)],
    ['Active', task.is_active ? 'yes' : 'no'],
  ];
  if (!('config' in task)) {
    return fieldLines([
      ...common,
      ['Expected', textCell(task.expected_schedule)],
      ['Time zone', textCell(task.time_zone)],
      ['Grace', minutes(task.grace_minutes)],
      ['Stuck after', minutes(task.max_duration_minutes)],
      ['Last heard of', task.last_seen && formatLocalTime(task.last_seen)],
    ]);
  }
  return fieldLines([
    ...common,
    ['State', task.state],
    ['Action', task.type],
    ['Configuration', textCell(JSON.stringify(task.config))],
    ['Schedule', textCell(task.schedule ?? 'manual')],
    ['Time zone', textCell(task.time_zone)],
    ['Priority', task.priority],
    ['Depends on', task.dependencies.map(textCell).join(', ')],
    ['Retries', String(task.max_retries)],
    ['Time limit', durationCell(task.timeout / 1000)],
    ['Last run', task.last_run && formatLocalTime(task.last_run)],
    ['Next run', task.next_run && formatLocalTime(task.next_run)],
    ['Made by', textCell(task.created_by)],
    ['Assigned to', textCell(task.assigned_to)],
  ]);
}
