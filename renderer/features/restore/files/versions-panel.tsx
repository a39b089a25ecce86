import { Button, makeStyles, tokens } from '@fluentui/react-components';
import { ArrowDownloadRegular, EyeRegular, FolderOpenRegular, HistoryRegular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { links } from '../../../app/links.ts';
import { useMay } from '../../../app/session/session-context.ts';
import { useFormats } from '../../../format/use-formats.ts';
import { useTexts } from '../../../i18n/use-texts.ts';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { ErrorState } from '../../../ui/error-state.tsx';
import { LoadingState } from '../../../ui/loading-state.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { RestoreDialog } from '../dialog/restore-dialog.tsx';
import { downloadPath } from '../download.ts';
import { nameOf, parentOf } from '../path-text.ts';
import { PreviewDialog } from '../preview/preview-dialog.tsx';
import { versionsQuery, type VersionsOfFile } from '../queries.ts';
import type { RestoreWish } from '../restore-wish.ts';
import { fileTexts } from './texts.ts';

type Version = VersionsOfFile['versions'][number];

const useStyles = makeStyles({
  list: { margin: 0, padding: 0, display: 'grid' },
  version: {
    listStyleType: 'none',
    display: 'grid',
    gap: '2px',
    padding: `${tokens.spacingVerticalS} 0`,
    borderTop: `1px solid ${tokens.colorNeutralStroke3}`,
    fontSize: '13px',
    lineHeight: '18px',
  },
  title: { display: 'flex', gap: tokens.spacingHorizontalM, alignItems: 'baseline', fontSize: '14px' },
  time: { fontWeight: tokens.fontWeightSemibold },
  size: { fontVariantNumeric: 'tabular-nums' },
  quiet: { color: tokens.colorNeutralForeground2 },
  actions: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalXS, marginLeft: '-8px' },
});

/** One file over time, newest first: each content once, with what can be done with it. */
export function VersionsPanel({ targetId, path }: { readonly targetId: string; readonly path: string }) {
  const styles = useStyles();
  const texts = useTexts(fileTexts);
  const { data, error, refetch } = useQuery(versionsQuery(targetId, path));
  const [shown, setShown] = useState<Version | null>(null);
  const [wish, setWish] = useState<RestoreWish | null>(null);
  const restore = ({ backup_id, last_seen }: Version) =>
    setWish({ backupId: backup_id, madeAt: last_seen, folder: parentOf(path) ?? '/', paths: [path] });
  return (
    <Panel title={texts.versionsOf(nameOf(path))}>
      {error && !data && <ErrorState error={error} onRetry={() => void refetch()} />}
      {!error && !data && <LoadingState />}
      {data?.versions.length === 0 && <EmptyState title={texts.noVersions} />}
      <ul className={styles.list}>
        {data?.versions.map((version, at) => (
          <VersionLine
            key={version.backup_id}
            version={version}
            path={path}
            isNewest={at === 0}
            onShow={setShown}
            onRestore={restore}
          />
        ))}
      </ul>
      {shown && <PreviewDialog backupId={shown.backup_id} path={path} onClose={() => setShown(null)} />}
      {wish && <RestoreDialog wish={wish} onClose={() => setWish(null)} />}
    </Panel>
  );
}

interface VersionLineProps {
  readonly version: Version;
  readonly path: string;
  readonly isNewest: boolean;
  readonly onShow: (version: Version) => void;
  readonly onRestore: (version: Version) => void;
}

function VersionLine(props: VersionLineProps) {
  const { version, isNewest } = props;
  const styles = useStyles();
  const texts = useTexts(fileTexts);
  const formats = useFormats();
  const { modified_at: changedAt, first_seen: first, last_seen: last, backups, size } = version;
  const [from, to] = [formats.dateTime(first), formats.dateTime(last)];
  return (
    <li className={styles.version}>
      <div className={styles.title}>
        <span className={styles.time}>{formats.exactTime(changedAt ?? last)}</span>
        {size !== null && <span className={styles.size}>{formats.bytes(size)}</span>}
        {isNewest && <span className={styles.quiet}>{texts.newestVersion}</span>}
      </div>
      <span className={styles.quiet}>
        {backups === 1 ? texts.once(to) : `${texts.fromTo(from, to)} (${texts.backups(backups)})`}
      </span>
      <VersionActions {...props} />
    </li>
  );
}

function VersionActions({ version, path, onShow, onRestore }: VersionLineProps) {
  const styles = useStyles();
  const texts = useTexts(fileTexts);
  const formats = useFormats();
  const [, navigate] = useLocation();
  const mayRestore = useMay('admin', 'operator');
  const of = (action: string) => texts.of(action, formats.exactTime(version.modified_at ?? version.last_seen));
  const isFile = version.type === 'file';
  const folder = version.type === 'dir' ? path : (parentOf(path) ?? '/');
  return (
    <div className={styles.actions}>
      {mayRestore && (
        <>
          <Button
            size="small"
            appearance="subtle"
            icon={<HistoryRegular />}
            aria-label={of(texts.restore)}
            onClick={() => onRestore(version)}
          >
            {texts.restore}
          </Button>
          {version.type !== 'symlink' && (
            <Button
              as="a"
              size="small"
              appearance="subtle"
              icon={<ArrowDownloadRegular />}
              aria-label={of(texts.download)}
              href={downloadPath(version.backup_id, path, isFile ? undefined : 'zip')}
              download={isFile ? nameOf(path) : ''}
            >
              {texts.download}
            </Button>
          )}
          {isFile && (
            <Button
              size="small"
              appearance="subtle"
              icon={<EyeRegular />}
              aria-label={of(texts.show)}
              onClick={() => onShow(version)}
            >
              {texts.show}
            </Button>
          )}
        </>
      )}
      <Button
        size="small"
        appearance="subtle"
        icon={<FolderOpenRegular />}
        aria-label={of(texts.browse)}
        onClick={() => navigate(links.browse(version.backup_id, folder))}
      >
        {texts.browse}
      </Button>
    </div>
  );
}
