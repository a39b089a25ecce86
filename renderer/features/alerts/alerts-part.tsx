import { Button, makeStyles, tokens } from '@fluentui/react-components';
import { CheckmarkCircleRegular, SearchRegular } from '@fluentui/react-icons';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ALERT_KINDS, ALERT_SEVERITIES } from '../../../contracts/alerts.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Choice } from '../../ui/form/choice.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import { Pager } from '../../ui/pager.tsx';
import { Panel } from '../../ui/panel.tsx';
import { AlertEntries } from './alert-list.tsx';
import { ALERTS_PAGE, alertsQuery, type AlertFilter } from './queries.ts';
import { alertTexts } from './texts.ts';

const useStyles = makeStyles({
  filters: {
    display: 'flex',
    flexWrap: 'wrap',
    gap: tokens.spacingHorizontalM,
    padding: `0 ${tokens.spacingHorizontalL} ${tokens.spacingVerticalM}`,
  },
});

const FIRST = { severity: null, kind: null, page: 1 } as const;

/** Alerts that are open, or that were. */
export function AlertsPart({ status }: { readonly status: 'open' | 'resolved' }) {
  const texts = useTexts(alertTexts);
  const [filter, setFilter] = useState<Omit<AlertFilter, 'status'>>(FIRST);
  const { data, error, refetch } = useQuery({
    ...alertsQuery({ ...filter, status }),
    placeholderData: keepPreviousData,
  });
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <LoadingState />;
  const isFiltered = filter.severity !== null || filter.kind !== null;
  if (data.total === 0 && !isFiltered) {
    return (
      <EmptyState
        icon={<CheckmarkCircleRegular />}
        title={status === 'open' ? texts.nothing : texts.nothingResolved}
        hint={texts.nothingHint}
      />
    );
  }
  return (
    <Panel title={texts.tabs[status === 'open' ? 'open' : 'history']} flush>
      <Filters filter={filter} onChange={(some) => setFilter({ ...filter, page: 1, ...some })} />
      {data.total === 0 && (
        <EmptyState icon={<SearchRegular />} title={texts.nothingFound} hint={texts.nothingFoundHint}>
          <Button onClick={() => setFilter(FIRST)}>{texts.clearFilters}</Button>
        </EmptyState>
      )}
      {data.total > 0 && <AlertEntries alerts={data.alerts} />}
      <Pager
        page={filter.page}
        pageSize={ALERTS_PAGE}
        total={data.total}
        onPage={(page) => setFilter({ ...filter, page })}
      />
    </Panel>
  );
}

function Filters(props: {
  readonly filter: Omit<AlertFilter, 'status'>;
  readonly onChange: (some: Partial<AlertFilter>) => void;
}) {
  const { filter, onChange } = props;
  const styles = useStyles();
  const texts = useTexts(alertTexts);
  const severityName = (severity: (typeof ALERT_SEVERITIES)[number]) =>
    severity === 'critical' ? texts.severities.critical : texts.andWorse(texts.severities[severity]);
  return (
    <div className={styles.filters}>
      <Choice
        label={texts.severity}
        none={texts.all}
        value={filter.severity}
        options={ALERT_SEVERITIES.filter((severity) => severity !== 'info')}
        nameOf={severityName}
        onChange={(severity) => onChange({ severity })}
      />
      <Choice
        label={texts.kind}
        none={texts.all}
        value={filter.kind}
        options={ALERT_KINDS}
        nameOf={(kind) => texts.kinds[kind]}
        onChange={(kind) => onChange({ kind })}
      />
    </div>
  );
}
