import { Button, makeStyles, mergeClasses, Text, tokens } from '@fluentui/react-components';
import { DismissRegular } from '@fluentui/react-icons';
import { useMutation } from '@tanstack/react-query';
import type { OverviewTask } from '../../../contracts/overview.ts';
import { taskActions } from '../../api/task-actions.ts';
import { links } from '../../app/links.ts';
import { useIsStale } from '../../app/live/live-context.ts';
import { useMay } from '../../app/session/session-context.ts';
import { runTimes } from '../../format/time-left.ts';
import { useFormats } from '../../format/use-formats.ts';
import { useNow } from '../../format/use-now.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { useNotices } from '../../ui/notices.tsx';
import { PageLink } from '../../ui/page-link.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ProgressRow } from '../../ui/progress-row.tsx';
import { overviewTexts } from './texts.ts';

const SHOWN = 20;

const useStyles = makeStyles({
  stale: { opacity: 0.6 },
  nothing: { color: tokens.colorNeutralForeground2 },
});

/** What runs, how far it is and when it will be done. */
export function RunningPanel({ tasks }: { readonly tasks: readonly OverviewTask[] }) {
  const styles = useStyles();
  const texts = useTexts(overviewTexts);
  const isStale = useIsStale();
  const running = tasks.filter((task) => task.running !== null);
  return (
    <Panel title={texts.runsNow}>
      <div className={mergeClasses(isStale && styles.stale)}>
        {running.length === 0 && <Text className={styles.nothing}>{texts.nothingRuns}</Text>}
        {running.slice(0, SHOWN).map((task) => (
          <Running key={task.task_id} task={task} />
        ))}
        {running.length > SHOWN && <PageLink to="/tasks?state=running">{texts.showAll(running.length)}</PageLink>}
      </div>
    </Panel>
  );
}

function Running({ task }: { readonly task: OverviewTask }) {
  const texts = useTexts(overviewTexts);
  const formats = useFormats();
  const nowMs = useNow();
  const { running } = task;
  if (!running) return null;
  const { progress, usual_duration_seconds: usualSeconds } = running;
  const { tookSeconds, leftSeconds } = runTimes(running, nowMs);
  const isLong = tookSeconds !== null && usualSeconds !== null && tookSeconds > usualSeconds * 1.5;
  const facts = [
    ...(tookSeconds === null
      ? []
      : [isLong ? texts.longer(formats.duration(tookSeconds)) : texts.forNow(formats.duration(tookSeconds))]),
    ...(running.bytes_per_second === null ? [] : [texts.speed(formats.bytes(running.bytes_per_second))]),
    ...(leftSeconds === null ? [] : [texts.left(formats.duration(leftSeconds))]),
  ];
  return (
    <ProgressRow
      name={<PageLink to={links.task(task.task_id)}>{task.name}</PageLink>}
      label={task.name}
      percent={progress}
      facts={facts}
      message={running.message}
      actions={<CancelButton task={task} />}
    />
  );
}

function CancelButton({ task }: { readonly task: OverviewTask }) {
  const texts = useTexts(overviewTexts);
  const notices = useNotices();
  const mayCancel = useMay('admin', 'operator');
  const cancel = useMutation({
    mutationFn: () => taskActions.cancel(task.task_id),
    onError: (error) => notices.failed(texts.cancel, error),
  });
  if (!mayCancel || task.type === null) return null;
  return (
    <Button
      size="small"
      appearance="subtle"
      icon={<DismissRegular />}
      disabled={cancel.isPending}
      aria-label={`${texts.cancel}: ${task.name}`}
      title={texts.cancel}
      onClick={() => cancel.mutate()}
    />
  );
}
