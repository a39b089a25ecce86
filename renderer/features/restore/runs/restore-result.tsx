import { Button, makeStyles, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import type { RestoreView } from '../../../../contracts/restores.ts';
import { links } from '../../../app/links.ts';
import { speedText } from '../../../format/bytes.ts';
import type { Formats } from '../../../format/formats.ts';
import { useFormats } from '../../../format/use-formats.ts';
import { useTexts } from '../../../i18n/use-texts.ts';
import { CommandLine } from '../../../ui/command-line.tsx';
import { ErrorState } from '../../../ui/error-state.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { LoadingState } from '../../../ui/loading-state.tsx';
import { PageHeader } from '../../../ui/page-header.tsx';
import { PageLink } from '../../../ui/page-link.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { StateBadge } from '../../../ui/state-badge.tsx';
import { restoreQuery } from '../queries.ts';
import { GoOnButton } from './go-on-button.tsx';
import { RestoreProgress } from './restore-progress.tsx';
import { isActive, shownState } from './restore-state.ts';
import { runTexts } from './texts.ts';

const useStyles = makeStyles({
  problems: { margin: 0, padding: 0, display: 'grid', gap: tokens.spacingVerticalS },
  problem: { listStyleType: 'none', overflowWrap: 'anywhere', fontSize: '13px', lineHeight: '18px' },
  item: { display: 'block', fontFamily: tokens.fontFamilyMonospace, whiteSpace: 'pre-wrap' },
  destination: { marginBottom: tokens.spacingVerticalM },
  hint: { margin: `${tokens.spacingVerticalM} 0 0`, color: tokens.colorNeutralForeground2, fontSize: '13px' },
  label: { color: tokens.colorNeutralForeground2, fontSize: '12px', lineHeight: '16px', marginBottom: '4px' },
});

/** One restore: while it runs how far it is, afterwards what it did and what it could not do. */
export function RestoreResult({ restoreId }: { readonly restoreId: string }) {
  const texts = useTexts(runTexts);
  const [, navigate] = useLocation();
  const { data: restore, error, refetch } = useQuery(restoreQuery(restoreId));
  if (error && !restore) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!restore) return <LoadingState />;
  const state = shownState(restore);
  return (
    <>
      <PageHeader title={texts.titles[state]} badge={<StateBadge strong state={state} />}>
        <GoOnButton restore={restore} />
        <Button onClick={() => navigate(links.browse(restore.backup_id))}>{texts.browse}</Button>
        <Button onClick={() => navigate('/restore')}>{texts.back}</Button>
      </PageHeader>
      {isActive(restore) && (
        <Panel title={texts.progress}>
          <RestoreProgress restore={restore} name={restore.original ? texts.original : restore.destination} />
        </Panel>
      )}
      {restore.errors.length > 0 && <Problems restore={restore} />}
      <Report restore={restore} />
    </>
  );
}

function Report({ restore }: { readonly restore: RestoreView }) {
  const styles = useStyles();
  const texts = useTexts(runTexts);
  const formats = useFormats();
  return (
    <Panel title={texts.report}>
      {!restore.original && (
        <div className={styles.destination}>
          <div className={styles.label}>{texts.facts.destination}</div>
          <CommandLine text={restore.destination} />
        </div>
      )}
      <Facts facts={factsOf(restore, texts, formats)} />
      {!isActive(restore) && !restore.report && <p className={styles.hint}>{texts.unfinishedHint}</p>}
    </Panel>
  );
}

function factsOf(restore: RestoreView, texts: (typeof runTexts)['en'], formats: Formats) {
  const { facts, amount } = texts;
  const { report, started_at: started, completed_at: ended, target_id: target } = restore;
  const number = (value: number) => formats.number(value);
  const always = [
    [facts.target, <PageLink to={links.restoreTarget(target)}>{target}</PageLink>],
    [facts.destination, restore.original ? texts.original : null],
    [facts.by, restore.requested_by],
    [facts.started, started === null ? null : formats.exactTime(started)],
    [facts.ended, ended === null ? null : formats.exactTime(ended)],
  ] as const;
  if (!report) return isActive(restore) ? always : [...always, ...unfinishedFacts(restore, texts, formats)];
  const { files_restored: files, bytes_restored: bytes, duration_seconds: seconds } = report;
  return [
    ...always,
    [facts.duration, formats.duration(seconds)],
    [facts.restored, amount(number(files), formats.bytes(bytes))],
    [facts.overwritten, texts.count(number(report.overwritten))],
    [facts.skipped, amount(number(report.files_skipped), formats.bytes(report.bytes_skipped))],
    [facts.verifiedBefore, report.verified_before ? texts.yes : texts.no],
    [facts.verified, report.files_verified > 0 ? texts.count(number(report.files_verified)) : null],
    [facts.speed, seconds >= 1 ? speedText(bytes / seconds, formats.locale) : null],
  ] as const;
}

/** Of one that was stopped, or broke off: what is there, and what is not. */
function unfinishedFacts(restore: RestoreView, texts: (typeof runTexts)['en'], formats: Formats) {
  const { files_restored: files, bytes_restored: bytes, total_files: all, total_bytes: allBytes } = restore;
  if (all === null) return [[texts.facts.restored, texts.amount(formats.number(0), formats.bytes(0))]] as const;
  const number = (value: number) => formats.number(value);
  const missing = texts.amount(number(all - files), formats.bytes(Math.max(0, (allBytes ?? bytes) - bytes)));
  return [
    [texts.facts.restored, texts.amountOf(number(files), number(all), formats.bytes(bytes))],
    [texts.facts.missing, missing],
  ] as const;
}

function Problems({ restore }: { readonly restore: RestoreView }) {
  const styles = useStyles();
  const texts = useTexts(runTexts);
  const formats = useFormats();
  const count = Math.max(restore.errors.length, restore.warnings);
  return (
    <Panel
      title={restore.status === 'cancelled' ? texts.ended : texts.problems}
      aside={restore.status !== 'cancelled' && texts.problemCount(count, formats.number(count))}
    >
      <ul className={styles.problems}>
        {restore.errors.map(({ item, message }, at) => (
          <li key={at} className={styles.problem}>
            {item !== null && <span className={styles.item}>{item}</span>}
            {message}
          </li>
        ))}
      </ul>
    </Panel>
  );
}
