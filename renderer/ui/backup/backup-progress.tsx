import {
  Button,
  makeStyles,
  mergeClasses,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
} from '@fluentui/react-components';
import { DismissRegular } from '@fluentui/react-icons';
import { useMutation, useQuery } from '@tanstack/react-query';
import type { BackupDetails } from '../../../contracts/backups.ts';
import { backupActions } from '../../api/backup-actions.ts';
import { backupQuery } from '../../api/protection-queries.ts';
import { useIsStale } from '../../app/live/live-context.ts';
import { useMay } from '../../app/session/session-context.ts';
import { speedText } from '../../format/bytes.ts';
import { useFormats } from '../../format/use-formats.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { ErrorState } from '../error-state.tsx';
import { LoadingState } from '../loading-state.tsx';
import { useNotices } from '../notices.tsx';
import { ProgressRow } from '../progress-row.tsx';
import { backupTexts } from './texts.ts';

const useStyles = makeStyles({
  stale: { opacity: 0.6 },
  result: { '& .fui-MessageBarBody': { overflowWrap: 'anywhere', whiteSpace: 'pre-line' } },
});

/** One backup: how far it is while it runs, then how it ended. The page hears of it by events. */
export function BackupProgress({ backupId }: { readonly backupId: string }) {
  const { data, error, refetch } = useQuery(backupQuery(backupId));
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <LoadingState />;
  return data.status === 'pending' || data.status === 'running' ? <Running backup={data} /> : <Ended backup={data} />;
}

function Running({ backup }: { readonly backup: BackupDetails }) {
  const styles = useStyles();
  const texts = useTexts(backupTexts);
  const formats = useFormats();
  const isStale = useIsStale();
  const { live, progress, target_name: name } = backup;
  const facts = live && [
    texts.files(formats.number(live.files_done), live.total_files === null ? null : formats.number(live.total_files)),
    formats.bytes(live.bytes_done),
    ...(live.bytes_per_second === null ? [] : [speedText(live.bytes_per_second, formats.locale)]),
    ...(live.eta_seconds === null ? [] : [texts.left(formats.duration(live.eta_seconds))]),
  ];
  return (
    <div className={mergeClasses(isStale && styles.stale)}>
      <ProgressRow
        name={texts.progress(name)}
        label={texts.progress(name)}
        percent={progress}
        facts={facts ?? (backup.status === 'pending' ? [texts.waiting] : [])}
        message={live?.current_path ?? backup.message}
        actions={<Cancel backup={backup} />}
      />
    </div>
  );
}

function Cancel({ backup }: { readonly backup: BackupDetails }) {
  const texts = useTexts(backupTexts);
  const notices = useNotices();
  const mayCancel = useMay('admin', 'operator');
  const cancel = useMutation({
    mutationFn: () => backupActions.cancel(backup.backup_id),
    onError: (error) => notices.failed(texts.cancel, error),
  });
  if (!mayCancel) return null;
  return (
    <Button
      size="small"
      appearance="subtle"
      icon={<DismissRegular />}
      disabled={cancel.isPending}
      aria-label={texts.cancel}
      title={texts.cancel}
      onClick={() => cancel.mutate()}
    />
  );
}

function Ended({ backup }: { readonly backup: BackupDetails }) {
  const styles = useStyles();
  const texts = useTexts(backupTexts);
  const formats = useFormats();
  const { status, warnings, statistics, error } = backup;
  const isGood = status === 'completed';
  const title = isGood
    ? warnings > 0
      ? texts.doneWarnings(warnings)
      : texts.done
    : status === 'cancelled'
      ? texts.cancelled
      : texts.failed;
  return (
    <MessageBar
      intent={isGood ? (warnings > 0 ? 'warning' : 'success') : status === 'cancelled' ? 'info' : 'error'}
      layout="multiline"
      className={styles.result}
    >
      <MessageBarBody>
        <MessageBarTitle>{title}</MessageBarTitle>
        {isGood && statistics
          ? texts.doneFacts(
              formats.number(statistics.total_files),
              formats.bytes(statistics.total_bytes),
              formats.bytes(statistics.stored_bytes),
            )
          : error?.message}
        {warnings > 0 && `\n${backup.warning_list.slice(0, 5).join('\n')}`}
      </MessageBarBody>
    </MessageBar>
  );
}
