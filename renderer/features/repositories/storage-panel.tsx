import { makeStyles, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { storageQuery } from '../../api/protection-queries.ts';
import { useFormats } from '../../format/use-formats.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { Facts } from '../../ui/facts.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import { Panel } from '../../ui/panel.tsx';
import { StorageUsage } from '../../ui/storage/storage-usage.tsx';
import { repositoryTexts } from './texts.ts';

const StorageChart = lazy(() => import('./storage-chart.tsx'));

const useStyles = makeStyles({ root: { display: 'grid', gap: tokens.spacingVerticalL } });

/** What it takes, what is left, and how that went. */
export function StoragePanel({ repositoryId, name }: { readonly repositoryId: string; readonly name: string }) {
  const styles = useStyles();
  const texts = useTexts(repositoryTexts);
  const formats = useFormats();
  const { data } = useQuery(storageQuery);
  const storage = data?.repositories.find(({ repository_id: id }) => id === repositoryId);
  const shown = (count: number | null | undefined, textOf: (count: number) => string) =>
    count === null || count === undefined ? null : textOf(count);
  return (
    <Panel title={texts.storage}>
      <div className={styles.root}>
        <StorageUsage name={name} storage={storage} />
        <Facts
          facts={[
            [texts.stored, shown(storage?.stored_bytes, formats.bytes)],
            [texts.columns.snapshots, shown(storage?.snapshots, formats.number)],
            [texts.unused, shown(storage?.unused_bytes, formats.bytes)],
            [texts.growth, shown(storage?.growth_bytes_per_day, formats.bytes)],
          ]}
        />
        <Suspense fallback={<LoadingState />}>
          <StorageChart repositoryId={repositoryId} />
        </Suspense>
      </div>
    </Panel>
  );
}
