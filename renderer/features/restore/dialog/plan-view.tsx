import { makeStyles, MessageBar, MessageBarBody, MessageBarTitle, Text, tokens } from '@fluentui/react-components';
import type { RestorePlan } from '../../../../contracts/restores.ts';
import { useFormats } from '../../../format/use-formats.ts';
import { useTexts } from '../../../i18n/use-texts.ts';
import { Facts } from '../../../ui/facts.tsx';
import { dialogTexts } from './texts.ts';

type Plan = RestorePlan['plans'][number];

const SHOWN_PATHS = 100;

const useStyles = makeStyles({
  root: { display: 'grid', gap: tokens.spacingVerticalM },
  paths: {
    maxHeight: '160px',
    overflowY: 'auto',
    margin: `${tokens.spacingVerticalXS} 0 0`,
    padding: 0,
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: '12px',
    lineHeight: '18px',
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}` },
  },
  path: { listStyleType: 'none', whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' },
});

/** What a restore would do to what is there. */
export function PlanView({ plan }: { readonly plan: RestorePlan }) {
  const styles = useStyles();
  return (
    <div className={styles.root}>
      {plan.plans.map((each) => (
        <OnePlan key={each.target_id} plan={each} />
      ))}
    </div>
  );
}

function OnePlan({ plan }: { readonly plan: Plan }) {
  const texts = useTexts(dialogTexts);
  const formats = useFormats();
  const { conflicts, kept, free_bytes: free, to_restore: written } = plan;
  const count = (files: number) => texts.fileCount(files, formats.number(files));
  return (
    <>
      <Facts
        facts={[
          [texts.to, plan.destination === '/' ? texts.original : plan.destination],
          [texts.created, count(Math.max(0, written - conflicts))],
          [texts.overwritten, conflicts === 0 ? null : count(conflicts)],
          [texts.kept, kept === 0 ? null : count(kept)],
          [texts.bytes, formats.bytes(plan.bytes_to_restore)],
          [texts.free, free === null ? null : formats.bytes(free)],
        ]}
      />
      {!plan.fits && <Notice intent="error" title={texts.tooSmall} lines={[]} />}
      {conflicts > 0 ? <Conflicts plan={plan} /> : <Text>{written === 0 ? texts.nothing : texts.noConflict}</Text>}
      {plan.problems.length > 0 && <Notice intent="warning" title={texts.problems} lines={plan.problems} />}
    </>
  );
}

function Conflicts({ plan: { conflicts, conflict_paths: paths } }: { readonly plan: Plan }) {
  const texts = useTexts(dialogTexts);
  const formats = useFormats();
  const title = texts.conflicts(conflicts, formats.number(conflicts));
  return <Notice intent="warning" title={title} text={texts.conflictsWhy} lines={paths} total={conflicts} />;
}

function Notice(props: {
  readonly intent: 'error' | 'warning';
  readonly title: string;
  readonly text?: string;
  readonly lines: readonly string[];
  readonly total?: number;
}) {
  const { intent, title, text, lines, total = lines.length } = props;
  const styles = useStyles();
  const texts = useTexts(dialogTexts);
  const formats = useFormats();
  const shown = lines.slice(0, SHOWN_PATHS);
  return (
    <MessageBar intent={intent} layout="multiline">
      <MessageBarBody>
        <MessageBarTitle>{title}</MessageBarTitle>
        {text !== undefined && <div>{text}</div>}
        {shown.length > 0 && (
          <ul className={styles.paths} tabIndex={0} aria-label={title}>
            {shown.map((line, at) => (
              <li key={at} className={styles.path}>
                {line}
              </li>
            ))}
            {total > shown.length && (
              <li className={styles.path}>{texts.more(formats.number(total - shown.length))}</li>
            )}
          </ul>
        )}
      </MessageBarBody>
    </MessageBar>
  );
}
