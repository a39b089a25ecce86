import type { OverviewTask } from '../../../../contracts/overview.ts';
import { links } from '../../../app/links.ts';
import type { Formats } from '../../../format/formats.ts';
import type { DataColumn } from '../../../ui/data-table/data-table.tsx';
import { DayStrip } from '../../../ui/day-strip.tsx';
import { PageLink } from '../../../ui/page-link.tsx';
import { StateBadge } from '../../../ui/state-badge.tsx';
import type { taskTexts } from '../texts.ts';
import { typeOf } from './task-filter.ts';

type Column = DataColumn<OverviewTask>;

/** What needs somebody comes first. */
const LEVEL_ORDER = { wrong: 0, warning: 1, well: 2, inactive: 3 } as const;

export function taskColumns(texts: (typeof taskTexts)['en'], formats: Formats, today: string, nowMs: number): Column[] {
  const { columns } = texts;
  const when = (at: string | null, otherwise: string) => (at === null ? otherwise : formats.relative(at, nowMs));
  return [
    {
      id: 'task',
      header: columns.task,
      width: 'minmax(180px, 2fr)',
      sortBy: ({ name }) => name.toLocaleLowerCase(),
      cell: ({ name, task_id }) => (
        <span title={name === task_id ? name : `${name} (${task_id})`}>
          <PageLink to={links.task(task_id)}>{name}</PageLink>
        </span>
      ),
    },
    {
      id: 'state',
      header: columns.state,
      width: 'minmax(150px, 1fr)',
      sortBy: ({ level, state }) => `${LEVEL_ORDER[level]} ${state}`,
      cell: (task) => <TaskState task={task} formats={formats} />,
    },
    {
      id: 'type',
      header: columns.type,
      width: 'minmax(115px, 0.7fr)',
      sortBy: (task) => texts.types[typeOf(task)],
      cell: (task) => texts.types[typeOf(task)],
    },
    {
      id: 'last',
      header: columns.last,
      width: 'minmax(120px, 0.7fr)',
      sortBy: ({ last_run }) => last_run,
      cell: ({ last_run }) => (
        <span title={last_run === null ? '' : formats.exactTime(last_run)}>{when(last_run, texts.never)}</span>
      ),
    },
    {
      id: 'next',
      header: columns.next,
      width: 'minmax(125px, 0.7fr)',
      sortBy: ({ next_run }) => next_run,
      cell: ({ next_run, level }) => (
        <span title={next_run === null ? '' : formats.exactTime(next_run)}>
          {level === 'inactive'
            ? '–'
            : next_run !== null && Date.parse(next_run) < nowMs
              ? texts.late
              : when(next_run, '–')}
        </span>
      ),
    },
    {
      id: 'days',
      header: columns.days,
      width: '220px',
      cell: ({ name, days }) => <DayStrip name={name} days={days} today={today} />,
    },
  ];
}

function TaskState({ task, formats }: { readonly task: OverviewTask; readonly formats: Formats }) {
  const isWarning = task.level === 'warning' && task.state === 'ok';
  const percent = task.running?.progress;
  return (
    <StateBadge
      state={isWarning ? 'warning' : task.state}
      {...(percent !== null && percent !== undefined && { detail: formats.percent(Math.round(percent)) })}
    />
  );
}
