import { Button, makeStyles, MessageBar, MessageBarBody, MessageBarTitle, tokens } from '@fluentui/react-components';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useLocation, useSearchParams } from 'wouter';
import type { BackupDetails } from '../../../../contracts/backups.ts';
import { links } from '../../../app/links.ts';
import { useMay } from '../../../app/session/session-context.ts';
import { useFormats } from '../../../format/use-formats.ts';
import { useTexts } from '../../../i18n/use-texts.ts';
import { ErrorState } from '../../../ui/error-state.tsx';
import { LoadingState } from '../../../ui/loading-state.tsx';
import { PageHeader } from '../../../ui/page-header.tsx';
import { BackupMarks } from '../times/backup-marks.tsx';
import { RestoreDialog } from '../dialog/restore-dialog.tsx';
import { nameOf, parentOf } from '../path-text.ts';
import { PreviewDialog } from '../preview/preview-dialog.tsx';
import { backupQuery } from '../../../api/protection-queries.ts';
import type { RestoreWish } from '../restore-wish.ts';
import { FolderPath } from './breadcrumb.tsx';
import { BrowseBar } from './browse-bar.tsx';
import { NOTHING_CHOSEN, type Choice } from './choice.ts';
import { FolderList } from './folder-list.tsx';
import { landingQuery, useFolder, type Entry } from './folder-pages.ts';
import { browseTexts } from './texts.ts';

const useStyles = makeStyles({
  page: { display: 'flex', flexDirection: 'column', height: 'calc(100vh - 48px)', minHeight: '420px' },
  notice: { flexShrink: 0, marginBottom: tokens.spacingVerticalM },
  card: {
    display: 'flex',
    flexDirection: 'column',
    flexGrow: 1,
    minHeight: 0,
    backgroundColor: tokens.colorNeutralBackground1,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusXLarge,
    overflow: 'hidden',
  },
  path: {
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalM}`,
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
  },
  keys: {
    padding: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalL}`,
    borderTop: `1px solid ${tokens.colorNeutralStroke3}`,
    color: tokens.colorNeutralForeground2,
    fontSize: '12px',
  },
});

/** Around in one backup, as in a file manager. */
export function BrowseView({ backupId }: { readonly backupId: string }) {
  const { data: backup, error, refetch } = useQuery(backupQuery(backupId));
  if (error && !backup) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!backup) return <LoadingState />;
  return <BackupOf backup={backup} />;
}

/** Addresses without a path begin where there is something to choose. */
function BackupOf({ backup }: { readonly backup: BackupDetails }) {
  const client = useQueryClient();
  const [search] = useSearchParams();
  const path = search.get('path');
  const landing = useQuery({ ...landingQuery(client, backup.backup_id), enabled: path === null });
  const { data, error, refetch } = landing;
  if (path === null && error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  const shown = path ?? data;
  return shown === undefined ? <LoadingState /> : <BackupAt backup={backup} path={shown} />;
}

function BackupAt({ backup, path }: { readonly backup: BackupDetails; readonly path: string }) {
  const styles = useStyles();
  const texts = useTexts(browseTexts);
  const formats = useFormats();
  const [, navigate] = useLocation();
  const [, setSearch] = useSearchParams();
  const mayRestore = useMay('admin', 'operator');
  const [choice, setChoice] = useState<Choice>(NOTHING_CHOSEN);
  const [shown, setShown] = useState<Entry | null>(null);
  const [wish, setWish] = useState<RestoreWish | null>(null);
  const hasMoved = useRef(false);
  const open = (to: string) => {
    hasMoved.current = true;
    setChoice(NOTHING_CHOSEN);
    setSearch({ backup: backup.backup_id, path: to });
  };
  const openEntry = (entry: Entry) => {
    if (entry.type === 'dir') open(entry.path);
    else if (entry.type === 'file' && mayRestore) setShown(entry);
  };
  const restore = (paths: readonly string[] | null) =>
    setWish({ backupId: backup.backup_id, madeAt: backup.created_at, folder: path, paths });
  return (
    <div className={styles.page}>
      <PageHeader
        title={backup.target_name}
        subtitle={texts.of(formats.dateTime(backup.created_at))}
        badge={<BackupMarks backup={backup} />}
      >
        <Button onClick={() => navigate(links.restoreTarget(backup.target_id))}>{texts.backups}</Button>
      </PageHeader>
      {!mayRestore && <MayNot className={styles.notice} />}
      <div className={styles.card}>
        <div className={styles.path}>
          <FolderPath path={path} onOpen={open} />
        </div>
        <BrowseBar
          backupId={backup.backup_id}
          path={path}
          choice={choice}
          mayRestore={mayRestore}
          onClear={() => setChoice(NOTHING_CHOSEN)}
          onShow={setShown}
          onRestore={restore}
        />
        <FolderOf
          key={path}
          backupId={backup.backup_id}
          path={path}
          takesFocus={hasMoved.current}
          choice={choice}
          onChoice={setChoice}
          onOpen={openEntry}
          onUp={() => {
            const parent = parentOf(path);
            if (parent !== null) open(parent);
          }}
        />
        <div className={styles.keys}>{texts.keys}</div>
      </div>
      {shown && <PreviewDialog backupId={backup.backup_id} path={shown.path} onClose={() => setShown(null)} />}
      {wish && <RestoreDialog wish={wish} onClose={() => setWish(null)} />}
    </div>
  );
}

function FolderOf(props: {
  readonly backupId: string;
  readonly path: string;
  readonly takesFocus: boolean;
  readonly choice: Choice;
  readonly onChoice: (choice: Choice) => void;
  readonly onOpen: (entry: Entry) => void;
  readonly onUp: () => void;
}) {
  const { backupId, path, ...rest } = props;
  const texts = useTexts(browseTexts);
  const folder = { backupId, path };
  const { data, error, refetch } = useFolder(folder);
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <LoadingState />;
  const name = path === '/' ? texts.root : nameOf(path);
  return <FolderList folder={folder} label={texts.list(name)} total={data.total} {...rest} />;
}

/** Who may only look is told why, rather than left to look for buttons. */
export function MayNot({ className }: { readonly className?: string }) {
  const texts = useTexts(browseTexts);
  return (
    <MessageBar intent="info" layout="multiline" {...(className !== undefined && { className })}>
      <MessageBarBody>
        <MessageBarTitle>{texts.mayNot}</MessageBarTitle>
        {texts.mayNotWhy}
      </MessageBarBody>
    </MessageBar>
  );
}
