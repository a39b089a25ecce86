import { DocumentTextRegular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useFormats } from '../../../format/use-formats.ts';
import { useTexts } from '../../../i18n/use-texts.ts';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { ErrorState } from '../../../ui/error-state.tsx';
import { LoadingState } from '../../../ui/loading-state.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { StateBadge } from '../../../ui/state-badge.tsx';
import { runQuery, runsQuery } from '../queries.ts';
import { LogView } from './log-view.tsx';
import { detailTexts } from './texts.ts';

/** The log of one run: of the one that the address names, else of the last. */
export default function LogTab({ taskId, runId }: { readonly taskId: string; readonly runId: string | null }) {
  const texts = useTexts(detailTexts);
  const { data: runs, error, refetch } = useQuery({ ...runsQuery(taskId, 1), enabled: runId === null });
  if (runId !== null) return <LogOfRun key={runId} runId={runId} />;
  if (error && !runs) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!runs) return <LoadingState />;
  const last = runs.runs.find(({ started_at }) => started_at !== null);
  if (!last) return <EmptyState icon={<DocumentTextRegular />} title={texts.noLog} hint={texts.noLogHint} />;
  return <LogOfRun key={last.id} runId={last.id} />;
}

function LogOfRun({ runId }: { readonly runId: string }) {
  const texts = useTexts(detailTexts);
  const formats = useFormats();
  const { data: run, error, refetch } = useQuery(runQuery(runId));
  if (error && !run) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!run) return <LoadingState />;
  const isRunning = run.status === 'running';
  const title = texts.logOf(formats.dateTime(run.started_at ?? run.created_at));
  if (run.log_size === null && !isRunning) {
    return <EmptyState icon={<DocumentTextRegular />} title={texts.noLog} hint={texts.noLogHint} />;
  }
  return (
    <Panel title={title} aside={<StateBadge state={run.status} />}>
      <LogView runId={runId} isRunning={isRunning} label={title} />
    </Panel>
  );
}
