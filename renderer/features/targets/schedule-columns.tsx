import { Button } from '@fluentui/react-components';
import type { BackupType } from '../../../contracts/backups.ts';
import type { ScheduleView } from '../../../contracts/backup-schedules.ts';
import { links } from '../../app/links.ts';
import type { Formats } from '../../format/formats.ts';
import type { DataColumn } from '../../ui/data-table/data-table.tsx';
import { PageLink } from '../../ui/page-link.tsx';
import { ScheduleWords } from '../../ui/schedule/schedule-words.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import type { targetTexts } from './texts.ts';

interface Parts {
  readonly texts: (typeof targetTexts)['en'];
  readonly types: Readonly<Record<BackupType, string>>;
  readonly formats: Formats;
  readonly nowMs: number;
  readonly targetId: string;
  /** Null: this role may not. */
  readonly acts: {
    readonly toggle: (schedule: ScheduleView) => void;
    readonly remove: (schedule: ScheduleView) => void;
  } | null;
}

export function scheduleColumns(parts: Parts): DataColumn<ScheduleView>[] {
  const { texts, types, formats, nowMs, targetId, acts } = parts;
  const { scheduleColumns: columns } = texts;
  const own = ({ targets }: ScheduleView) => targets.find(({ target_id: id }) => id === targetId);
  return [
    {
      id: 'name',
      header: columns.name,
      width: 'minmax(140px, 1.5fr)',
      cell: (schedule) => {
        const task = own(schedule)?.task_id;
        return task === undefined ? schedule.name : <PageLink to={links.task(task)}>{schedule.name}</PageLink>;
      },
    },
    {
      id: 'when',
      header: columns.when,
      width: 'minmax(150px, 1.5fr)',
      cell: ({ schedule, enabled }) => (
        <>
          <ScheduleWords schedule={schedule} />
          {!enabled && ` · ${texts.off}`}
        </>
      ),
    },
    { id: 'type', header: columns.type, width: '130px', cell: ({ type }) => types[type] },
    {
      id: 'next',
      header: columns.next,
      width: '130px',
      cell: ({ next_run: at }) =>
        at === null ? texts.never : <span title={formats.exactTime(at)}>{formats.relative(at, nowMs)}</span>,
    },
    {
      id: 'last',
      header: columns.last,
      width: '150px',
      cell: (schedule) => {
        const last = own(schedule)?.last_run;
        return last ? <StateBadge state={last.status} /> : texts.never;
      },
    },
    ...(acts === null
      ? []
      : [
          {
            id: 'actions',
            header: columns.actions,
            width: '240px',
            cell: (schedule: ScheduleView) => <Actions schedule={schedule} texts={texts} acts={acts} />,
          },
        ]),
  ];
}

function Actions(props: {
  readonly schedule: ScheduleView;
  readonly texts: Parts['texts'];
  readonly acts: NonNullable<Parts['acts']>;
}) {
  const { schedule, texts, acts } = props;
  const toggle = schedule.enabled ? texts.switchOff : texts.switchOn;
  return (
    <>
      <Button size="small" aria-label={`${toggle}: ${schedule.name}`} onClick={() => acts.toggle(schedule)}>
        {toggle}
      </Button>{' '}
      <Button
        size="small"
        appearance="subtle"
        aria-label={`${texts.deleteSchedule} ${schedule.name}`}
        onClick={() => acts.remove(schedule)}
      >
        {texts.deleteSchedule}
      </Button>
    </>
  );
}
