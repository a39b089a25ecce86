import { Button, makeStyles, tokens } from '@fluentui/react-components';
import { ArrowClockwiseRegular } from '@fluentui/react-icons';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { OverviewTask } from '../../../contracts/overview.ts';
import { taskActions } from '../../api/task-actions.ts';
import { links } from '../../app/links.ts';
import { useMay } from '../../app/session/session-context.ts';
import { useFormats } from '../../format/use-formats.ts';
import { useNow } from '../../format/use-now.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { useNotices } from '../../ui/notices.tsx';
import { PageLink } from '../../ui/page-link.tsx';
import { Panel } from '../../ui/panel.tsx';
import { StateBadge, StateIcon } from '../../ui/state-badge.tsx';
import { overviewTexts, type Fix } from './texts.ts';

const SHOWN_AT_FIRST = 6;

const useStyles = makeStyles({
  list: { listStyleType: 'none', margin: 0, padding: 0 },
  item: {
    display: 'grid',
    gridTemplateColumns: '24px minmax(0, 1fr) auto',
    gap: tokens.spacingHorizontalM,
    alignItems: 'start',
    padding: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalL}`,
    borderTop: `1px solid ${tokens.colorNeutralStroke3}`,
  },
  name: { fontSize: '14px', fontWeight: tokens.fontWeightSemibold, overflowWrap: 'anywhere' },
  when: { color: tokens.colorNeutralForeground2, fontSize: '13px', marginLeft: tokens.spacingHorizontalS },
  cause: {
    margin: '2px 0 0',
    fontSize: '13px',
    lineHeight: '20px',
    overflowWrap: 'anywhere',
    whiteSpace: 'pre-line',
    display: '-webkit-box',
    WebkitLineClamp: 3,
    WebkitBoxOrient: 'vertical',
    overflow: 'hidden',
  },
  fix: { margin: '2px 0 0', fontSize: '13px', lineHeight: '20px', color: tokens.colorNeutralForeground2 },
  more: { padding: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalS} ${tokens.spacingVerticalS}` },
});

/** What is wrong, why, and what to do about it. Not there when nothing is. */
export function AttentionPanel(props: {
  readonly tasks: readonly OverviewTask[];
  /** All of it, where nothing else needs the place. */
  readonly isWhole?: boolean;
}) {
  const { tasks } = props;
  const styles = useStyles();
  const texts = useTexts(overviewTexts);
  const [isWhole, setWhole] = useState(props.isWhole ?? false);
  const wanting = sorted(tasks.filter(({ level }) => level === 'wrong' || level === 'warning'));
  if (wanting.length === 0) return null;
  const shown = isWhole ? wanting : wanting.slice(0, SHOWN_AT_FIRST);
  return (
    <Panel title={texts.attention} flush>
      <ul className={styles.list}>
        {shown.map((task) => (
          <Wanting key={task.task_id} task={task} />
        ))}
      </ul>
      {wanting.length > SHOWN_AT_FIRST && !props.isWhole && (
        <div className={styles.more}>
          <Button appearance="transparent" onClick={() => setWhole(!isWhole)}>
            {isWhole ? texts.showFewer : texts.showAll(wanting.length)}
          </Button>
        </div>
      )}
    </Panel>
  );
}

/** What is wrong before warnings; what has been so for longest first. */
function sorted(tasks: readonly OverviewTask[]): OverviewTask[] {
  return [...tasks].sort(
    (a, b) => Number(b.level === 'wrong') - Number(a.level === 'wrong') || (a.since ?? '').localeCompare(b.since ?? ''),
  );
}

function Wanting({ task }: { readonly task: OverviewTask }) {
  const styles = useStyles();
  const texts = useTexts(overviewTexts);
  const formats = useFormats();
  const nowMs = useNow();
  const state =
    task.level === 'wrong' || task.state === 'cancelled' || task.state === 'retrying' ? task.state : 'warning';
  const { problem } = task;
  return (
    <li className={styles.item}>
      <StateIcon state={state} />
      <div>
        <span className={styles.name}>
          <PageLink to={links.task(task.task_id)}>{task.name}</PageLink>
        </span>
        <span className={styles.when}>
          <StateWord task={task} />
          {task.since !== null && ` · ${formats.relative(task.since, nowMs)}`}
        </span>
        {problem && <p className={styles.cause}>{problem.message}</p>}
        <p className={styles.fix}>{fixOf(problem?.code ?? task.state, texts)}</p>
      </div>
      <RunAgain task={task} />
    </li>
  );
}

function StateWord({ task }: { readonly task: OverviewTask }) {
  const isWarning = task.level === 'warning' && task.state !== 'cancelled' && task.state !== 'retrying';
  return <StateBadge state={isWarning ? 'warning' : task.state} wordOnly />;
}

function fixOf(code: string, { fixes }: (typeof overviewTexts)['en']): string {
  return Object.hasOwn(fixes, code) ? fixes[code as Fix] : fixes.other;
}

/** For what GuardIT runs itself, and does not run right now. */
function RunAgain({ task }: { readonly task: OverviewTask }) {
  const texts = useTexts(overviewTexts);
  const notices = useNotices();
  const mayRun = useMay('admin', 'operator');
  const run = useMutation({
    mutationFn: () => taskActions.run(task.task_id),
    onError: (error) => notices.failed(texts.runAgain, error),
  });
  if (!mayRun || task.type === null || task.running !== null) return <span />;
  return (
    <Button icon={<ArrowClockwiseRegular />} disabled={run.isPending} onClick={() => run.mutate()}>
      {texts.runAgain}
    </Button>
  );
}
