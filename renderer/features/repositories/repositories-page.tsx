import { Button } from '@fluentui/react-components';
import { AddRegular, DatabaseRegular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useLocation } from 'wouter';
import type { Repository } from '../../../contracts/repositories.ts';
import type { RepositoryStorageView } from '../../../contracts/storage.ts';
import { repositoriesQuery, storageQuery } from '../../api/protection-queries.ts';
import { links } from '../../app/links.ts';
import { useMay } from '../../app/session/session-context.ts';
import type { Formats } from '../../format/formats.ts';
import { useFormats } from '../../format/use-formats.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { DataTable, type DataColumn } from '../../ui/data-table/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { PageLink } from '../../ui/page-link.tsx';
import { Panel } from '../../ui/panel.tsx';
import { StorageUsage } from '../../ui/storage/storage-usage.tsx';
import { KitBars } from './kit-bars.tsx';
import { locationText } from './location.ts';
import { KitWord, RepositoryState } from './repository-state.tsx';
import { repositoryTexts } from './texts.ts';

/** Where backups are kept. */
export default function RepositoriesPage() {
  const texts = useTexts(repositoryTexts);
  const [, navigate] = useLocation();
  const isAdmin = useMay('admin');
  const { data, error, refetch } = useQuery(repositoriesQuery);
  const button = isAdmin && (
    <Button appearance="primary" icon={<AddRegular />} onClick={() => navigate(links.newRepository)}>
      {texts.add}
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
        <EmptyState icon={<DatabaseRegular />} title={texts.none} hint={texts.noneHint}>
          {button}
        </EmptyState>
      )}
      {data && data.total > 0 && <List repositories={data.repositories} />}
    </>
  );
}

function List({ repositories }: { readonly repositories: readonly Repository[] }) {
  const texts = useTexts(repositoryTexts);
  const formats = useFormats();
  const { data: storage } = useQuery(storageQuery);
  const columns = useMemo(
    () => repositoryColumns(texts, formats, storage?.repositories ?? []),
    [texts, formats, storage],
  );
  return (
    <>
      <KitBars repositories={repositories} />
      <Panel title={texts.title} flush>
        <DataTable
          label={texts.title}
          items={repositories}
          columns={columns}
          idOf={({ repository_id: id }) => id}
          initialSorting={[{ id: 'name', desc: false }]}
        />
      </Panel>
    </>
  );
}

function repositoryColumns(
  { columns, kinds }: (typeof repositoryTexts)['en'],
  formats: Formats,
  storage: readonly RepositoryStorageView[],
): DataColumn<Repository>[] {
  const storageOf = ({ repository_id: id }: Repository) => storage.find(({ repository_id: other }) => other === id);
  return [
    {
      id: 'name',
      header: columns.name,
      width: 'minmax(120px, 1fr)',
      sortBy: ({ name }) => name.toLocaleLowerCase(),
      cell: ({ repository_id: id, name }) => <PageLink to={links.repository(id)}>{name}</PageLink>,
    },
    {
      id: 'location',
      header: columns.location,
      width: 'minmax(150px, 1.6fr)',
      sortBy: locationText,
      cell: (repository) => (
        <span title={locationText(repository)}>{`${kinds[repository.kind]} · ${locationText(repository)}`}</span>
      ),
    },
    {
      id: 'state',
      header: columns.state,
      width: '150px',
      sortBy: ({ problem }) => Number(problem === null),
      cell: (repository) => <RepositoryState repository={repository} />,
    },
    {
      id: 'storage',
      header: columns.storage,
      width: 'minmax(250px, 1.6fr)',
      sortBy: (repository) => storageOf(repository)?.used_percent ?? null,
      cell: (repository) => <StorageUsage name={repository.name} storage={storageOf(repository)} isBrief />,
    },
    {
      id: 'snapshots',
      header: columns.snapshots,
      width: '130px',
      isNumber: true,
      sortBy: (repository) => storageOf(repository)?.snapshots ?? null,
      cell: (repository) => {
        const count = storageOf(repository)?.snapshots ?? null;
        return count === null ? '–' : formats.number(count);
      },
    },
    {
      id: 'kit',
      header: columns.kit,
      width: '165px',
      sortBy: ({ kit }) => kit.needs ?? '',
      cell: (repository) => <KitWord repository={repository} />,
    },
  ];
}
