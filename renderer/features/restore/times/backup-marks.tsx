import { makeStyles, tokens } from '@fluentui/react-components';
import {
  LockClosedFilled,
  PinFilled,
  ShieldCheckmarkFilled,
  ShieldErrorFilled,
  WarningFilled,
} from '@fluentui/react-icons';
import type { ComponentType } from 'react';
import type { BackupResponse } from '../../../../contracts/backups.ts';
import { useFormats } from '../../../format/use-formats.ts';
import type { Formats } from '../../../format/formats.ts';
import { useTexts } from '../../../i18n/use-texts.ts';
import { timeTexts } from './texts.ts';

const useStyles = makeStyles({
  root: { display: 'inline-flex', flexWrap: 'wrap', gap: `4px ${tokens.spacingHorizontalM}` },
  mark: { display: 'inline-flex', alignItems: 'center', gap: '4px', fontSize: '13px', lineHeight: '20px' },
  icon: { fontSize: '16px', display: 'inline-flex' },
});

interface Mark {
  readonly name: string;
  readonly why: string;
  readonly Icon: ComponentType;
  readonly color: string;
}

/** What is special about a backup, each by sign and word; the reason comes when one points at it, and to screen readers. */
export function BackupMarks({ backup }: { readonly backup: BackupResponse }) {
  const styles = useStyles();
  const texts = useTexts(timeTexts);
  const formats = useFormats();
  const marks = marksOf(backup, texts, formats);
  if (marks.length === 0) return null;
  return (
    <span className={styles.root}>
      {marks.map(({ name, why, Icon, color }) => (
        <span key={name} className={styles.mark} title={why}>
          <span className={styles.icon} style={{ color }} aria-hidden>
            <Icon />
          </span>
          {name}
          {why !== name && <span className="visually-hidden">{`: ${why}`}</span>}
        </span>
      ))}
    </span>
  );
}

function marksOf(backup: BackupResponse, texts: (typeof timeTexts)['en'], formats: Formats): readonly Mark[] {
  const { verify_state: verified, verified_at: at, immutable_until: immutable, anomaly, warnings } = backup;
  const { marks } = texts;
  const date = at === null ? '' : formats.dateTime(at);
  const all: readonly (Mark | false)[] = [
    anomaly !== null && { name: marks.anomaly, why: anomaly, Icon: WarningFilled, color: 'var(--state-warning)' },
    verified === 'damaged' && {
      ...{ name: marks.damaged, why: texts.damagedAt(date) },
      ...{ Icon: ShieldErrorFilled, color: 'var(--state-failed)' },
    },
    verified === 'verified' && {
      ...{ name: marks.verified, why: texts.verifiedAt(date) },
      ...{ Icon: ShieldCheckmarkFilled, color: 'var(--state-ok)' },
    },
    backup.pinned && {
      ...{ name: marks.pinned, why: texts.pinnedFor(backup.pinned_reason) },
      ...{ Icon: PinFilled, color: tokens.colorBrandForeground1 },
    },
    isImmutable(immutable) && {
      ...{ name: marks.immutable, why: texts.immutableUntil(formats.dateTime(immutable)) },
      ...{ Icon: LockClosedFilled, color: tokens.colorBrandForeground1 },
    },
    warnings > 0 && {
      ...{ name: marks.warnings(warnings), why: marks.warnings(warnings) },
      ...{ Icon: WarningFilled, color: 'var(--state-warning)' },
    },
  ];
  return all.filter((mark) => mark !== false);
}

function isImmutable(until: string | null): until is string {
  return until !== null && Date.parse(until) > Date.now();
}
