import { makeStyles, Text, tokens } from '@fluentui/react-components';
import type { OverviewTask } from '../../../contracts/overview.ts';
import { links } from '../../app/links.ts';
import { runTimes } from '../../format/time-left.ts';
import { useFormats } from '../../format/use-formats.ts';
import { useNow } from '../../format/use-now.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { ProgressRow } from '../../ui/progress-row.tsx';
import { MoreButton, TaskButton } from './task-button.tsx';
import { Part } from './part.tsx';
import { popoverTexts } from './texts.ts';

const SHOWN = 3;
const useStyles = makeStyles({ nothing: { color: tokens.colorNeutralForeground2, fontSize: '13px' } });

/** What runs, how far, how long yet. */
export function RunsNow({ tasks }: { readonly tasks: readonly OverviewTask[] }) {
  const styles = useStyles();
  const texts = useTexts(popoverTexts);
  const running = tasks.filter((task) => task.running !== null);
  return (
    <Part title={texts.runsNow}>
      {running.length === 0 && <Text className={styles.nothing}>{texts.nothingRuns}</Text>}
      {running.slice(0, SHOWN).map((task) => (
        <Running key={task.task_id} task={task} />
      ))}
      {running.length > SHOWN && (
        <MoreButton route="/tasks?state=running">{texts.more(running.length - SHOWN)}</MoreButton>
      )}
    </Part>
  );
}

function Running({ task }: { readonly task: OverviewTask }) {
  const formats = useFormats();
  const nowMs = useNow();
  const { running } = task;
  if (!running) return null;
  const { progress, bytes_per_second: speed } = running;
  const { leftSeconds } = runTimes(running, nowMs);
  const facts = [
    ...(speed === null ? [] : [`${formats.bytes(speed)}/s`]),
    ...(leftSeconds === null ? [] : [`~ ${formats.duration(leftSeconds)}`]),
  ];
  const name = <TaskButton route={links.task(task.task_id)}>{task.name}</TaskButton>;
  return <ProgressRow name={name} label={task.name} percent={progress} facts={facts} />;
}
