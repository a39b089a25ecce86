import { ArchiveRegular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { BackupResponse } from '../../../contracts/backups.ts';
import type { TargetView } from '../../../contracts/targets.ts';
import { BACKUPS_PAGE, backupPageQuery } from '../../api/backup-list-queries.ts';
import type { Formats } from '../../format/formats.ts';
import { useFormats } from '../../format/use-formats.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { backupTexts } from '../../ui/backup/texts.ts';
import { DataTable, type DataColumn } from '../../ui/data-table/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import { Pager } from '../../ui/pager.tsx';
import { Panel } from '../../ui/panel.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { VerificationState } from '../../ui/verification-state.tsx';
import { BackupMenu } from './backup-menu.tsx';
import { targetTexts } from './texts.ts';

/** Every backup of a target, newest first. */
export function BackupsPanel({ target }: { readonly target: TargetView }) {
  const texts = useTexts(targetTexts);
  const { types } = useTexts(backupTexts);
  const formats = useFormats();
  const [page, setPage] = useState(1);
  const { data, error, refetch } = useQuery(backupPageQuery(target.target_id, page));
  const columns = useMemo(() => backupColumns(target, texts, types, formats), [target, texts, types, formats]);
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <LoadingState />;
  return (
    <Panel title={texts.backups(data.total)} flush>
      <DataTable
        label={texts.backupsOf(target.name)}
        items={data.backups}
        columns={columns}
        idOf={({ backup_id: id }) => id}
        empty={<EmptyState icon={<ArchiveRegular />} title={texts.noBackups} hint={texts.noBackupsHint} />}
      />
      <Pager page={page} pageSize={BACKUPS_PAGE} total={data.total} onPage={setPage} />
    </Panel>
  );
}

function backupColumns(
  target: TargetView,
  texts: (typeof targetTexts)['en'],
  types: (typeof backupTexts)['en']['types'],
  formats: Formats,
): DataColumn<BackupResponse>[] {
  const { backupColumns: columns } = texts;
  return [
    {
      id: 'created',
      header: columns.created,
      width: 'minmax(165px, 1fr)',
      cell: ({ created_at: at }) => <span title={formats.exactTime(at)}>{formats.dateTime(at)}</span>,
    },
    { id: 'type', header: columns.type, width: '115px', cell: ({ backup_type: type }) => types[type] },
    {
      id: 'state',
      header: columns.state,
      width: 'minmax(130px, 1fr)',
      cell: ({ status, warnings, error }) => (
        <span title={error?.message ?? ''}>
          <StateBadge state={status === 'completed' && warnings > 0 ? 'warning' : status} />
        </span>
      ),
    },
    {
      id: 'size',
      header: columns.size,
      width: '95px',
      isNumber: true,
      cell: ({ total_bytes: bytes }) => formats.bytes(bytes),
    },
    {
      id: 'stored',
      header: columns.stored,
      width: '105px',
      isNumber: true,
      cell: ({ stored_bytes: bytes }) => (bytes === null ? '–' : formats.bytes(bytes)),
    },
    {
      id: 'verified',
      header: columns.verified,
      width: '120px',
      cell: ({ verify_state: state, verified_at: at }) =>
        state === null ? (
          texts.notVerified
        ) : (
          <span title={at === null ? '' : formats.exactTime(at)}>
            <VerificationState status={state} />
          </span>
        ),
    },
    {
      id: 'kept',
      header: columns.kept,
      width: 'minmax(155px, 1fr)',
      cell: (backup) => {
        const text = keptText(backup, texts, formats);
        return <span title={text}>{text}</span>;
      },
    },
    {
      id: 'actions',
      header: columns.actions,
      width: '68px',
      cell: (backup) => <BackupMenu target={target} backup={backup} />,
    },
  ];
}

function keptText(
  { pinned, pinned_reason: reason, immutable_until: immutable, keep_until: keep }: BackupResponse,
  texts: (typeof targetTexts)['en'],
  formats: Formats,
): string {
  if (pinned) return reason === null ? texts.pinned : texts.pinnedBecause(reason);
  const until = [immutable, keep]
    .filter((at) => at !== null)
    .sort()
    .at(-1);
  return until === undefined ? texts.byRules : texts.immutableUntil(formats.date(until));
}
