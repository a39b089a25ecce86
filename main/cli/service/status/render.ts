import { formatLocalTime, plural } from '../../output/format.ts';
import { renderTable } from '../../output/table.ts';
import { messageCell, textCell, timeCell } from '../cells.ts';
import type { Overview } from './gather.ts';
import type { StatusRow } from '../../../../contracts/task-attention.ts';

/** For people: what is wrong with the service, then the tasks, what is wrong first, then one line that sums up. */
export function overviewLines(overview: Overview): string[] {
  const { tasks, all_tasks: seesAll } = overview;
  const columns = ['  Task', 'State', 'Since', 'Last run', 'Next run', 'Message'].map((title) => ({ title }));
  return [
    ...serviceLines(overview),
    ...(tasks.length > 0 ? renderTable(columns, tasks.map(cellsOf)) : []),
    summary(overview),
    ...(seesAll ? [] : ['Without a token only monitored tasks are seen: guardit login NAME.']),
  ];
}

function cellsOf(row: StatusRow): string[] {
  const percent = row.progress === null ? '' : ` ${Math.floor(row.progress)}%`;
  const mark = row.level === 'wrong' ? '✗ ' : row.level === 'warning' ? '! ' : '  ';
  return [
    mark + textCell(row.task_id),
    row.state + percent,
    timeCell(row.since),
    timeCell(row.last_run),
    timeCell(row.next_run),
    messageCell(row.message),
  ];
}

function serviceLines({ health, scheduler, url }: Overview): string[] {
  const lines: string[] = [];
  if (health.status !== 'ok') {
    lines.push(`GuardIT ${health.version} at ${url} is ${health.status}:`);
    const problems = health.checks.flatMap((check) => check.problems);
    lines.push(...problems.map((problem) => `  ${messageCell(problem)}`));
  }
  if (scheduler?.state === 'paused') {
    const end = scheduler.paused_until;
    const until = end === null || end === 'indefinitely' ? 'until somebody resumes' : `until ${formatLocalTime(end)}`;
    lines.push(`No task starts by itself ${until}: guardit tasks resume --all`);
  }
  return lines;
}

function summary({ counts, tasks }: Overview): string {
  const { total, wrong, warnings, running } = counts;
  if (tasks.length === 0) return 'There is no task yet: guardit tasks register, guardit tasks add.';
  const parts = [
    ...(wrong > 0 ? [`${wrong} wrong`] : []),
    ...(warnings > 0 ? [`${plural(warnings, 'warning')}`] : []),
    ...(running > 0 ? [`${running} running`] : []),
  ];
  return `${plural(total, 'task')}: ${parts.length > 0 ? parts.join(', ') : 'all is well'}.`;
}
