import { Button, makeStyles, tokens } from '@fluentui/react-components';
import { BranchCompareRegular, FolderOpenRegular, HistoryRegular } from '@fluentui/react-icons';
import { useLocation } from 'wouter';
import type { BackupResponse } from '../../../../contracts/backups.ts';
import { links } from '../../../app/links.ts';
import { useMay } from '../../../app/session/session-context.ts';
import { useFormats } from '../../../format/use-formats.ts';
import { useTexts } from '../../../i18n/use-texts.ts';
import { StateBadge } from '../../../ui/state-badge.tsx';
import { BackupMarks } from './backup-marks.tsx';
import { kindOf } from './day-cell.tsx';
import { timeTexts } from './texts.ts';

const useStyles = makeStyles({
  root: {
    position: 'relative',
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalM}`,
    padding: `${tokens.spacingVerticalM} 0 ${tokens.spacingVerticalM} 28px`,
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
    listStyleType: 'none',
    ':last-child': { borderBottomStyle: 'none' },
    // The thread of time.
    '::before': {
      content: '""',
      position: 'absolute',
      left: '7px',
      top: 0,
      bottom: '-1px',
      width: '2px',
      backgroundColor: tokens.colorNeutralStroke2,
    },
  },
  knot: {
    position: 'absolute',
    left: '2px',
    top: '18px',
    width: '12px',
    height: '12px',
    boxSizing: 'border-box',
    borderRadius: '6px',
    border: `2px solid ${tokens.colorNeutralBackground1}`,
    forcedColorAdjust: 'none',
  },
  words: { flex: '1 1 220px', minWidth: 0, display: 'grid', gap: '2px' },
  title: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: `2px ${tokens.spacingHorizontalM}` },
  time: { fontSize: '16px', lineHeight: '22px', fontWeight: tokens.fontWeightSemibold },
  facts: { color: tokens.colorNeutralForeground2, fontSize: '13px', lineHeight: '18px', overflowWrap: 'anywhere' },
  actions: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalXS },
});

interface BackupLineProps {
  readonly backup: BackupResponse;
  /** The completed one before it. */
  readonly previousId: string | null;
  readonly onRestore: (backup: BackupResponse) => void;
}

/** One backup on the line of time. */
export function BackupLine({ backup, previousId, onRestore }: BackupLineProps) {
  const styles = useStyles();
  const texts = useTexts(timeTexts);
  const formats = useFormats();
  const { created_at: at, status, stored_bytes: stored, description, error } = backup;
  const facts = [
    texts.types[backup.backup_type],
    status !== 'completed'
      ? null
      : stored === null
        ? formats.bytes(backup.total_bytes)
        : texts.size(formats.bytes(backup.total_bytes), formats.bytes(stored)),
    description,
    error?.message,
  ].filter((fact) => typeof fact === 'string' && fact !== '');
  return (
    <li className={styles.root}>
      <span className={styles.knot} style={{ backgroundColor: `var(--state-${kindOf(backup)})` }} aria-hidden />
      <div className={styles.words}>
        <div className={styles.title}>
          <span className={styles.time} title={formats.exactTime(at)}>
            {formats.time(at)}
          </span>
          <StateBadge state={status} />
          <BackupMarks backup={backup} />
        </div>
        <span className={styles.facts}>{facts.join(' · ')}</span>
      </div>
      {backup.snapshot_id !== null && <Actions backup={backup} previousId={previousId} onRestore={onRestore} />}
    </li>
  );
}

function Actions({ backup, previousId, onRestore }: BackupLineProps) {
  const styles = useStyles();
  const texts = useTexts(timeTexts);
  const formats = useFormats();
  const [, navigate] = useLocation();
  const mayRestore = useMay('admin', 'operator');
  const time = formats.dateTime(backup.created_at);
  return (
    <div className={styles.actions}>
      {previousId !== null && (
        <Button
          appearance="subtle"
          icon={<BranchCompareRegular />}
          aria-label={texts.of(texts.compare, time)}
          title={texts.compare}
          onClick={() => navigate(links.compare(backup.target_id, previousId, backup.backup_id))}
        />
      )}
      {mayRestore && (
        <Button
          appearance="subtle"
          icon={<HistoryRegular />}
          aria-label={texts.of(texts.restore, time)}
          onClick={() => onRestore(backup)}
        >
          {texts.restore}
        </Button>
      )}
      <Button
        icon={<FolderOpenRegular />}
        aria-label={texts.of(texts.browse, time)}
        onClick={() => navigate(links.browse(backup.backup_id))}
      >
        {texts.browse}
      </Button>
    </div>
  );
}
