import { makeStyles, tokens } from '@fluentui/react-components';
import type { OverviewTask } from '../../../contracts/overview.ts';
import { links } from '../../app/links.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { StateIcon } from '../../ui/state-badge.tsx';
import { MoreButton, TaskButton } from './task-button.tsx';
import { Part } from './part.tsx';
import { popoverTexts } from './texts.ts';

const SHOWN = 3;

const useStyles = makeStyles({
  list: { listStyleType: 'none', margin: 0, padding: 0, display: 'grid', gap: tokens.spacingVerticalS },
  item: { display: 'grid', gridTemplateColumns: '20px minmax(0, 1fr)', gap: tokens.spacingHorizontalS },
  cause: {
    margin: 0,
    fontSize: '12px',
    lineHeight: '16px',
    color: tokens.colorNeutralForeground2,
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
  },
});

/** What is wrong and why, the worst first. Not there when nothing is. */
export function Attention({ tasks }: { readonly tasks: readonly OverviewTask[] }) {
  const styles = useStyles();
  const texts = useTexts(popoverTexts);
  const wrong = tasks.filter(({ level }) => level === 'wrong');
  const wanting = [...wrong, ...tasks.filter(({ level }) => level === 'warning')];
  if (wanting.length === 0) return null;
  return (
    <Part title={texts.attention}>
      <ul className={styles.list}>
        {wanting.slice(0, SHOWN).map((task) => (
          <li key={task.task_id} className={styles.item}>
            <StateIcon state={task.level === 'wrong' ? task.state : 'warning'} />
            <div>
              <TaskButton route={links.task(task.task_id)}>{task.name}</TaskButton>
              {task.problem && (
                <p className={styles.cause} title={task.problem.message}>
                  {task.problem.message}
                </p>
              )}
            </div>
          </li>
        ))}
      </ul>
      {wanting.length > SHOWN && <MoreButton route="/">{texts.more(wanting.length - SHOWN)}</MoreButton>}
    </Part>
  );
}
