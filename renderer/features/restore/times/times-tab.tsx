import { Button, makeStyles, tokens } from '@fluentui/react-components';
import { CalendarRegular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { BackupResponse } from '../../../../contracts/backups.ts';
import type { TargetView } from '../../../../contracts/targets.ts';
import { backupsWithinQuery } from '../../../api/backup-list-queries.ts';
import { useFormats } from '../../../format/use-formats.ts';
import { useTexts } from '../../../i18n/use-texts.ts';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { ErrorState } from '../../../ui/error-state.tsx';
import { LoadingState } from '../../../ui/loading-state.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { RestoreDialog } from '../dialog/restore-dialog.tsx';
import { BackupLine } from './backup-line.tsx';
import { dayOf, isSameDay, spanOf, startOf, type Day } from './month.ts';
import { MonthCalendar } from './month-calendar.tsx';
import { timeTexts } from './texts.ts';

const useStyles = makeStyles({
  root: {
    display: 'grid',
    gridTemplateColumns: '340px minmax(0, 1fr)',
    alignItems: 'start',
    gap: tokens.spacingHorizontalL,
    '@media (max-width: 1000px)': { gridTemplateColumns: 'minmax(0, 1fr)' },
  },
  list: { margin: 0, padding: 0 },
});

/** When first: a calendar of a target's backups, and those of one day. It begins at the newest. */
export function TimesTab({ target }: { readonly target: TargetView }) {
  const styles = useStyles();
  const texts = useTexts(timeTexts);
  const formats = useFormats();
  const newest = dayOf(target.last_good_backup?.created_at ?? Date.now());
  const [day, setDay] = useState<Day>(newest);
  const [restored, setRestored] = useState<BackupResponse | null>(null);
  const { data, error, refetch, isPlaceholderData } = useQuery(backupsWithinQuery(target.target_id, spanOf(day)));
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <LoadingState />;
  const ofDay = data.backups.filter(({ created_at }) => isSameDay(dayOf(created_at), day));
  const date = formats.date(startOf(day));
  return (
    <div className={styles.root}>
      <Panel
        title={texts.calendar}
        aside={
          !isSameDay(day, newest) && (
            <Button size="small" onClick={() => setDay(newest)}>
              {texts.newest}
            </Button>
          )
        }
      >
        <MonthCalendar day={day} backups={data.backups} isOld={isPlaceholderData} onDay={setDay} />
      </Panel>
      <Panel title={texts.onDay(date)} aside={ofDay.length > 0 && texts.count(ofDay.length)}>
        {ofDay.length === 0 && !isPlaceholderData && (
          <EmptyState
            icon={<CalendarRegular />}
            title={data.total === 0 ? texts.noneInMonth : texts.noneOnDay}
            {...(data.total > 0 && { hint: texts.noneOnDayHint })}
          />
        )}
        <ul className={styles.list}>
          {ofDay.map((backup) => (
            <BackupLine
              key={backup.backup_id}
              backup={backup}
              previousId={previousOf(backup, data.backups)}
              onRestore={setRestored}
            />
          ))}
        </ul>
      </Panel>
      {restored && (
        <RestoreDialog
          wish={{ backupId: restored.backup_id, madeAt: restored.created_at, folder: '/', paths: null }}
          onClose={() => setRestored(null)}
        />
      )}
    </div>
  );
}

/** Newest first: what comes later in the list is older. */
function previousOf(backup: BackupResponse, backups: readonly BackupResponse[]): string | null {
  const older = backups.slice(backups.indexOf(backup) + 1);
  const isComparable = (other: BackupResponse) =>
    other.snapshot_id !== null && other.repository_id === backup.repository_id;
  return older.find(isComparable)?.backup_id ?? null;
}
