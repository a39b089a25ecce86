import { Button, makeStyles, tokens } from '@fluentui/react-components';
import { AddRegular, ClipboardTaskListLtrRegular, SearchRegular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import { useLocation, useSearchParams } from 'wouter';
import type { OverviewTask } from '../../../../contracts/overview.ts';
import { links } from '../../../app/links.ts';
import { useMay } from '../../../app/session/session-context.ts';
import { useFormats } from '../../../format/use-formats.ts';
import { useNow } from '../../../format/use-now.ts';
import { useTexts } from '../../../i18n/use-texts.ts';
import { DataTable } from '../../../ui/data-table/data-table.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { ErrorState } from '../../../ui/error-state.tsx';
import { LoadingState } from '../../../ui/loading-state.tsx';
import { PageHeader } from '../../../ui/page-header.tsx';
import { uiTexts } from '../../../ui/texts.ts';
import { overviewQuery } from '../../overview/queries.ts';
import { overviewTexts } from '../../overview/texts.ts';
import { taskTexts } from '../texts.ts';
import { BulkActions } from './bulk-actions.tsx';
import { FilterBar } from './filter-bar.tsx';
import { taskColumns } from './task-columns.tsx';
import { filterOf, matches, searchOf, typeOf, type TaskFilter } from './task-filter.ts';

const useStyles = makeStyles({
  page: { display: 'flex', flexDirection: 'column', height: 'calc(100vh - 48px)', minHeight: '400px' },
  card: {
    display: 'flex',
    flexDirection: 'column',
    minHeight: 0,
    backgroundColor: tokens.colorNeutralBackground1,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusXLarge,
    overflow: 'hidden',
  },
});

/** Every task: found by words, narrowed by filters, changed many at a time. */
export default function TaskListPage() {
  const styles = useStyles();
  const texts = useTexts(taskTexts);
  const [, navigate] = useLocation();
  const mayMake = useMay('admin', 'operator', 'reporter');
  const { data, error, refetch } = useQuery(overviewQuery);
  return (
    <div className={styles.page}>
      <PageHeader title={texts.title}>
        {mayMake && (
          <Button appearance="primary" icon={<AddRegular />} onClick={() => navigate(links.newTask)}>
            {texts.newTask}
          </Button>
        )}
      </PageHeader>
      {error && !data && <ErrorState error={error} onRetry={() => void refetch()} />}
      {!error && !data && <LoadingState />}
      {data && <TaskTable tasks={data.tasks} today={data.today} />}
    </div>
  );
}

function TaskTable({ tasks, today }: { readonly tasks: readonly OverviewTask[]; readonly today: string }) {
  const styles = useStyles();
  const texts = useTexts(taskTexts);
  const formats = useFormats();
  const nowMs = useNow();
  const mayChange = useMay('admin', 'operator');
  const [search, setSearch] = useSearchParams();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const filter = filterOf(search);
  const groupOf = useGroupOf(filter);
  const change = (some: Partial<TaskFilter>) => setSearch(searchOf({ ...filter, ...some }), { replace: true });
  const shown = tasks.filter((task) => matches(task, filter));
  const columns = useMemo(() => taskColumns(texts, formats, today, nowMs), [texts, formats, today, nowMs]);
  const chosen = shown.filter(({ task_id }) => selected.has(task_id));
  return (
    <div className={styles.card}>
      <FilterBar
        filter={filter}
        types={[...new Set(tasks.map(typeOf))].sort()}
        shown={shown.length}
        total={tasks.length}
        onChange={change}
      />
      {chosen.length > 0 && <BulkActions tasks={chosen} onDone={() => setSelected(new Set())} />}
      <DataTable
        label={texts.title}
        items={shown}
        columns={columns}
        idOf={idOf}
        nameOf={nameOf}
        initialSorting={[{ id: 'state', desc: false }]}
        {...(groupOf && { groupOf })}
        {...(mayChange && { selection: { ids: selected, onChange: setSelected } })}
        empty={
          <NothingShown isFiltered={tasks.length > 0} onClear={() => change({ text: '', state: null, type: null })} />
        }
      />
    </div>
  );
}

const idOf = ({ task_id }: OverviewTask) => task_id;
const nameOf = ({ name }: OverviewTask) => name;

function useGroupOf({ grouping }: TaskFilter): ((task: OverviewTask) => string) | null {
  const texts = useTexts(taskTexts);
  const { states } = useTexts(uiTexts);
  const group = useCallback(
    (task: OverviewTask) => {
      if (grouping === 'state') return states[task.state];
      return grouping === 'type' ? texts.types[typeOf(task)] : (task.server_id ?? texts.noServer);
    },
    [grouping, states, texts],
  );
  return grouping === 'none' ? null : group;
}

function NothingShown({ isFiltered, onClear }: { readonly isFiltered: boolean; readonly onClear: () => void }) {
  const texts = useTexts(taskTexts);
  const overview = useTexts(overviewTexts);
  if (!isFiltered)
    return <EmptyState icon={<ClipboardTaskListLtrRegular />} title={overview.noTasks} hint={overview.noTasksHint} />;
  return (
    <EmptyState icon={<SearchRegular />} title={texts.nothingFound} hint={texts.nothingFoundHint}>
      <Button onClick={onClear}>{texts.clearFilters}</Button>
    </EmptyState>
  );
}
