import { Button } from '@fluentui/react-components';
import { ShieldAddRegular, ShieldTaskRegular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useLocation } from 'wouter';
import type { TargetStateView } from '../../../contracts/protection-status.ts';
import type { TargetView } from '../../../contracts/targets.ts';
import { protectionQuery, repositoriesQuery, targetsQuery } from '../../api/protection-queries.ts';
import { links } from '../../app/links.ts';
import { useMay } from '../../app/session/session-context.ts';
import { useFormats } from '../../format/use-formats.ts';
import { useNow } from '../../format/use-now.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { DataTable } from '../../ui/data-table/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { Panel } from '../../ui/panel.tsx';
import { targetColumns } from './target-columns.tsx';
import { targetTexts } from './texts.ts';
import { useBackUp } from './use-back-up.ts';

/** What is protected, and how well. */
export default function TargetsPage() {
  const texts = useTexts(targetTexts);
  const [, navigate] = useLocation();
  const isAdmin = useMay('admin');
  const { data, error, refetch } = useQuery(targetsQuery);
  const button = isAdmin && (
    <Button appearance="primary" icon={<ShieldAddRegular />} onClick={() => navigate(links.protect)}>
      {texts.protect}
    </Button>
  );
  return (
    <>
      <PageHeader title={texts.title} subtitle={texts.subtitle}>
        {data && data.total > 0 && button}
      </PageHeader>
      {error && !data && <ErrorState error={error} onRetry={() => void refetch()} />}
      {!error && !data && <LoadingState />}
      {data?.total === 0 && (
        <EmptyState
          icon={<ShieldTaskRegular />}
          title={texts.none}
          hint={isAdmin ? texts.noneHint : texts.noneForOthers}
        >
          {button}
        </EmptyState>
      )}
      {data && data.total > 0 && <List targets={data.targets} />}
    </>
  );
}

/** A target, with how it is where that is known already. */
export interface ListedTarget {
  readonly target: TargetView;
  readonly state: TargetStateView | undefined;
  readonly repository: string;
}

function List({ targets }: { readonly targets: readonly TargetView[] }) {
  const texts = useTexts(targetTexts);
  const formats = useFormats();
  const nowMs = useNow();
  const mayRun = useMay('admin', 'operator');
  const { data: protection } = useQuery(protectionQuery);
  const { data: repositories } = useQuery(repositoriesQuery);
  const { mutate } = useBackUp();
  const items = useMemo(
    () =>
      targets.map((target) => ({
        target,
        state: protection?.details.find(({ target_id: id }) => id === target.target_id),
        repository:
          repositories?.repositories.find(({ repository_id: id }) => id === target.repository_id)?.name ??
          target.repository_id,
      })),
    [targets, protection, repositories],
  );
  const columns = useMemo(
    () =>
      targetColumns({
        texts,
        formats,
        nowMs,
        backUp: mayRun ? ({ target_id: id, name }) => mutate({ id, name }) : null,
      }),
    [texts, formats, nowMs, mayRun, mutate],
  );
  return (
    <Panel title={texts.title} flush>
      <DataTable
        label={texts.title}
        items={items}
        columns={columns}
        idOf={({ target }) => target.target_id}
        nameOf={({ target }) => target.name}
        initialSorting={[{ id: 'name', desc: false }]}
      />
    </Panel>
  );
}
