import { makeStyles, MessageBar, MessageBarBody, Select, tokens } from '@fluentui/react-components';
import {
  AddCircleRegular,
  BranchCompareRegular,
  EditRegular,
  ErrorCircleRegular,
  SubtractCircleRegular,
} from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState, type ComponentType } from 'react';
import { DIFF_CHANGES } from '../../../../contracts/browse.ts';
import { links } from '../../../app/links.ts';
import { useFormats } from '../../../format/use-formats.ts';
import { useTexts } from '../../../i18n/use-texts.ts';
import { DataTable, type DataColumn } from '../../../ui/data-table/data-table.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { ErrorState } from '../../../ui/error-state.tsx';
import { LoadingState } from '../../../ui/loading-state.tsx';
import { PageLink } from '../../../ui/page-link.tsx';
import { Pager } from '../../../ui/pager.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { partsOf } from '../path-text.ts';
import { DIFF_PAGE, diffQuery, type DiffChange } from '../queries.ts';
import { compareTexts } from './texts.ts';

interface Changed {
  readonly path: string;
  readonly change: DiffChange;
}

const LOOKS: Readonly<Record<DiffChange, { readonly Icon: ComponentType; readonly color: string }>> = {
  added: { Icon: AddCircleRegular, color: 'var(--state-ok)' },
  removed: { Icon: SubtractCircleRegular, color: 'var(--state-failed)' },
  changed: { Icon: EditRegular, color: 'var(--state-warning)' },
  metadata: { Icon: EditRegular, color: tokens.colorNeutralForeground3 },
  type: { Icon: EditRegular, color: 'var(--state-warning)' },
  damaged: { Icon: ErrorCircleRegular, color: 'var(--state-failed)' },
};

const useStyles = makeStyles({
  bar: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalL}`,
    padding: `0 ${tokens.spacingHorizontalL} ${tokens.spacingVerticalM}`,
    fontSize: '13px',
    color: tokens.colorNeutralForeground2,
  },
  sums: { flexGrow: 1 },
  change: { display: 'inline-flex', alignItems: 'center', gap: '6px', verticalAlign: 'middle' },
  icon: { display: 'inline-flex', fontSize: '16px' },
  path: { whiteSpace: 'pre' },
});

/** The differences of two backups, a page at a time. */
export function DiffPanel(props: { readonly targetId: string; readonly from: string; readonly to: string }) {
  const { targetId, from, to } = props;
  const styles = useStyles();
  const texts = useTexts(compareTexts);
  const formats = useFormats();
  const [change, setChange] = useState<DiffChange | null>(null);
  const [page, setPage] = useState(1);
  const { data, error, refetch } = useQuery(diffQuery(from, to, change, page));
  const columns = useMemo(() => columnsOf(texts, targetId), [texts, targetId]);
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <LoadingState />;
  const number = formats.number.bind(formats);
  return (
    <Panel title={texts.title} flush aside={<span role="status">{texts.count(data.total, number(data.total))}</span>}>
      <div className={styles.bar}>
        <span className={styles.sums}>
          {texts.sums(number(data.added_files), number(data.changed_files), number(data.removed_files))}
          {' · '}
          {texts.bytes(formats.bytes(data.added_bytes), formats.bytes(data.removed_bytes))}
        </span>
        <Select
          aria-label={texts.filter}
          value={change ?? ''}
          onChange={(_event, { value }) => {
            setChange(DIFF_CHANGES.find((known) => known === value) ?? null);
            setPage(1);
          }}
        >
          <option value="">{texts.all}</option>
          {DIFF_CHANGES.map((each) => (
            <option key={each} value={each}>
              {texts.changes[each]}
            </option>
          ))}
        </Select>
      </div>
      {data.truncated && (
        <MessageBar intent="info">
          <MessageBarBody>{texts.truncated}</MessageBarBody>
        </MessageBar>
      )}
      <DataTable
        label={texts.title}
        items={data.entries}
        columns={columns}
        idOf={({ path }) => path}
        empty={
          <EmptyState icon={<BranchCompareRegular />} title={change === null ? texts.nothing : texts.nothingOfKind} />
        }
      />
      <Pager page={page} pageSize={DIFF_PAGE} total={data.total} onPage={setPage} />
    </Panel>
  );
}

function columnsOf(texts: (typeof compareTexts)['en'], targetId: string): DataColumn<Changed>[] {
  return [
    {
      id: 'change',
      header: texts.change,
      width: '210px',
      cell: ({ change }) => <ChangeBadge change={change} name={texts.changes[change]} />,
    },
    {
      id: 'path',
      header: texts.path,
      width: 'minmax(240px, 1fr)',
      cell: ({ path }) => <ChangedPath path={path} targetId={targetId} />,
    },
  ];
}

function ChangeBadge({ change, name }: { readonly change: DiffChange; readonly name: string }) {
  const styles = useStyles();
  const { Icon, color } = LOOKS[change];
  return (
    <span className={styles.change}>
      <span className={styles.icon} style={{ color }} aria-hidden>
        <Icon />
      </span>
      {name}
    </span>
  );
}

/** Leads to the versions of the file. A folder ends with a slash here. */
function ChangedPath({ path, targetId }: { readonly path: string; readonly targetId: string }) {
  const styles = useStyles();
  const text = `/${partsOf(path)
    .map(({ name }) => name)
    .join('/')}`;
  const file = path.replace(/\/$/, '');
  return (
    <span className={styles.path} title={text}>
      <PageLink to={`${links.restoreTarget(targetId, 'file')}&file=${encodeURIComponent(file)}`}>{text}</PageLink>
    </span>
  );
}
