import { makeStyles, Select, Field, tokens } from '@fluentui/react-components';
import { BranchCompareRegular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'wouter';
import type { BackupResponse } from '../../../../contracts/backups.ts';
import type { TargetView } from '../../../../contracts/targets.ts';
import { restorableBackupsQuery } from '../../../api/backup-list-queries.ts';
import { useFormats } from '../../../format/use-formats.ts';
import { useTexts } from '../../../i18n/use-texts.ts';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { ErrorState } from '../../../ui/error-state.tsx';
import { LoadingState } from '../../../ui/loading-state.tsx';
import { DiffPanel } from './diff-panel.tsx';
import { compareTexts } from './texts.ts';

const useStyles = makeStyles({
  choices: {
    display: 'flex',
    flexWrap: 'wrap',
    gap: tokens.spacingHorizontalL,
    marginBottom: tokens.spacingVerticalL,
    '& > *': { minWidth: '240px' },
  },
});

/** What happened between two backups of a target: the last two, unless somebody chooses. */
export function CompareTab({ target }: { readonly target: TargetView }) {
  const styles = useStyles();
  const texts = useTexts(compareTexts);
  const [search, setSearch] = useSearchParams();
  const { data, error, refetch } = useQuery(restorableBackupsQuery(target.target_id));
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <LoadingState />;
  const { backups } = data;
  const to = search.get('to') ?? backups[0]?.backup_id;
  const from = search.get('from') ?? backups[1]?.backup_id;
  if (to === undefined || from === undefined) {
    return <EmptyState icon={<BranchCompareRegular />} title={texts.needsTwo} hint={texts.needsTwoHint} />;
  }
  const choose = (change: { readonly from?: string; readonly to?: string }) =>
    setSearch({ target: target.target_id, by: 'compare', from, to, ...change }, { replace: true });
  return (
    <>
      <div className={styles.choices}>
        <BackupChoice label={texts.from} backups={backups} value={from} onChange={(id) => choose({ from: id })} />
        <BackupChoice label={texts.to} backups={backups} value={to} onChange={(id) => choose({ to: id })} />
      </div>
      {from === to ? (
        <EmptyState icon={<BranchCompareRegular />} title={texts.same} />
      ) : (
        <DiffPanel key={`${from} ${to}`} targetId={target.target_id} from={from} to={to} />
      )}
    </>
  );
}

function BackupChoice(props: {
  readonly label: string;
  readonly backups: readonly BackupResponse[];
  readonly value: string;
  readonly onChange: (backupId: string) => void;
}) {
  const formats = useFormats();
  return (
    <Field label={props.label}>
      <Select value={props.value} onChange={(_event, { value }) => props.onChange(value)}>
        {props.backups.map(({ backup_id: id, created_at: at }) => (
          <option key={id} value={id}>
            {formats.exactTime(at)}
          </option>
        ))}
      </Select>
    </Field>
  );
}
