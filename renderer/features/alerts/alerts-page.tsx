import { CheckmarkCircleRegular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useTexts } from '../../i18n/use-texts.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { AttentionPanel } from '../overview/attention-panel.tsx';
import { overviewQuery } from '../overview/queries.ts';
import { alertTexts } from './texts.ts';

/** All that needs somebody. Channels and the history of alerts come with their API. */
export default function AlertsPage() {
  const texts = useTexts(alertTexts);
  const { data, error, refetch } = useQuery(overviewQuery);
  const isCalm = data?.tasks.every(({ level }) => level === 'well' || level === 'inactive');
  return (
    <>
      <PageHeader title={texts.title} subtitle={texts.subtitle} />
      {error && !data && <ErrorState error={error} onRetry={() => void refetch()} />}
      {!error && !data && <LoadingState />}
      {isCalm && <EmptyState icon={<CheckmarkCircleRegular />} title={texts.nothing} hint={texts.nothingHint} />}
      {data && <AttentionPanel tasks={data.tasks} isWhole />}
    </>
  );
}
