import { Button } from '@fluentui/react-components';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { ActionTaskView } from '../../../contracts/tasks.ts';
import { taskActions } from '../../api/task-actions.ts';
import { links } from '../../app/links.ts';
import { useMay } from '../../app/session/session-context.ts';
import type { Formats } from '../../format/formats.ts';
import { useFormats } from '../../format/use-formats.ts';
import { useNow } from '../../format/use-now.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { DataTable, type DataColumn } from '../../ui/data-table/data-table.tsx';
import { useNotices } from '../../ui/notices.tsx';
import { PageLink } from '../../ui/page-link.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ScheduleWords } from '../../ui/schedule/schedule-words.tsx';
import { upkeepQuery } from './queries.ts';
import { repositoryTexts } from './texts.ts';

/** Checks, prunes and rotations that happen by themselves. */
export function UpkeepPanel({ repositoryId }: { readonly repositoryId: string }) {
  const texts = useTexts(repositoryTexts);
  const formats = useFormats();
  const nowMs = useNow();
  const notices = useNotices();
  const mayRun = useMay('admin', 'operator');
  const { data: tasks } = useQuery(upkeepQuery(repositoryId));
  const { mutate } = useMutation({
    mutationFn: ({ task_id: id }: ActionTaskView) => taskActions.run(id),
    onSuccess: (_run, { display_name: name }) => notices.done(texts.started(name)),
    onError: (error) => notices.failed(texts.failed, error),
  });
  const columns = useMemo(
    () => upkeepColumns(texts, formats, nowMs, mayRun ? mutate : null),
    [texts, formats, nowMs, mayRun, mutate],
  );
  if (!tasks || tasks.length === 0) return null;
  return (
    <Panel title={texts.schedules} flush>
      <DataTable label={texts.schedules} items={tasks} columns={columns} idOf={({ task_id: id }) => id} />
    </Panel>
  );
}

function upkeepColumns(
  texts: (typeof repositoryTexts)['en'],
  formats: Formats,
  nowMs: number,
  run: ((task: ActionTaskView) => void) | null,
): DataColumn<ActionTaskView>[] {
  const { scheduleColumns: columns, never } = texts;
  const when = (at: string | null) =>
    at === null ? never : <span title={formats.exactTime(at)}>{formats.relative(at, nowMs)}</span>;
  return [
    {
      id: 'name',
      header: columns.name,
      width: 'minmax(200px, 2fr)',
      cell: ({ task_id: id, display_name: name }) => <PageLink to={links.task(id)}>{name}</PageLink>,
    },
    {
      id: 'schedule',
      header: columns.schedule,
      width: 'minmax(160px, 1fr)',
      cell: ({ schedule }) => (schedule === null ? never : <ScheduleWords schedule={schedule} />),
    },
    { id: 'next', header: columns.next, width: '130px', cell: ({ next_run: at }) => when(at) },
    { id: 'last', header: columns.last, width: '130px', cell: ({ last_run: at }) => when(at) },
    ...(run === null
      ? []
      : [
          {
            id: 'run',
            header: columns.run,
            width: '140px',
            cell: (task: ActionTaskView) => (
              <Button size="small" aria-label={`${texts.runNow}: ${task.display_name}`} onClick={() => run(task)}>
                {texts.runNow}
              </Button>
            ),
          },
        ]),
  ];
}
