import { makeStyles, MessageBar, MessageBarBody, MessageBarTitle, Text, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'wouter';
import type { Repository } from '../../../contracts/repositories.ts';
import { repositoryQuery, targetsQuery } from '../../api/protection-queries.ts';
import { links } from '../../app/links.ts';
import { useFormats } from '../../format/use-formats.ts';
import { useMay } from '../../app/session/session-context.ts';
import { useNow } from '../../format/use-now.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { PageLink } from '../../ui/page-link.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ConnectionTest } from '../../ui/repository/connection-test.tsx';
import { ChecksPanel } from './checks-panel.tsx';
import { ImmutabilityPanel } from './immutability-panel.tsx';
import { KeysPanel } from './keys-panel.tsx';
import { KitBars } from './kit-bars.tsx';
import { locationText } from './location.ts';
import { RepositoryButtons } from './repository-buttons.tsx';
import { RepositoryState } from './repository-state.tsx';
import { StoragePanel } from './storage-panel.tsx';
import { repositoryTexts } from './texts.ts';
import { UpkeepPanel } from './upkeep-panel.tsx';

const useStyles = makeStyles({
  bar: { marginBottom: tokens.spacingVerticalM },
  columns: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(min(420px, 100%), 1fr))',
    gap: `0 ${tokens.spacingHorizontalL}`,
    alignItems: 'start',
  },
  test: { display: 'grid', gap: tokens.spacingVerticalM },
  list: { margin: 0, padding: 0, listStyleType: 'none', display: 'grid', gap: '4px' },
});

/** One repository: how full, how sound, how old its keys. */
export default function RepositoryPage() {
  const texts = useTexts(repositoryTexts);
  const [search] = useSearchParams();
  const id = search.get('id');
  if (id === null) return <EmptyState title={texts.noRepository} />;
  return <RepositoryOf key={id} repositoryId={id} />;
}

function RepositoryOf({ repositoryId }: { readonly repositoryId: string }) {
  const { data, error, refetch } = useQuery(repositoryQuery(repositoryId));
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <LoadingState />;
  return <Shown repository={data} />;
}

function Shown({ repository }: { readonly repository: Repository }) {
  const styles = useStyles();
  const texts = useTexts(repositoryTexts);
  const { repository_id: id, name, problem } = repository;
  return (
    <>
      <PageHeader
        title={name}
        subtitle={`${texts.kinds[repository.kind]} · ${locationText(repository)}`}
        badge={<RepositoryState repository={repository} />}
      >
        <RepositoryButtons repository={repository} />
      </PageHeader>
      {problem !== null && (
        <MessageBar intent="error" layout="multiline" className={styles.bar}>
          <MessageBarBody>
            <MessageBarTitle>{texts.problem}</MessageBarTitle>
            {problem}
          </MessageBarBody>
        </MessageBar>
      )}
      <KitBars repositories={[repository]} isOwnPage />
      <StoragePanel repositoryId={id} name={name} />
      <div className={styles.columns}>
        <KeysPanel repository={repository} />
        <ImmutabilityPanel repository={repository} />
        <TestPanel repository={repository} />
        <TargetsPanel repositoryId={id} />
      </div>
      <UpkeepPanel repositoryId={id} />
      <ChecksPanel repositoryId={id} />
    </>
  );
}

function TestPanel({ repository }: { readonly repository: Repository }) {
  const styles = useStyles();
  const texts = useTexts(repositoryTexts);
  const formats = useFormats();
  const nowMs = useNow();
  const mayTest = useMay('admin', 'operator');
  const { checked_at: at, repository_id: id } = repository;
  return (
    <Panel title={texts.test}>
      <div className={styles.test}>
        <Text>{at === null ? texts.notLooked : texts.lastLooked(formats.relative(at, nowMs))}</Text>
        {mayTest && <ConnectionTest repositoryId={id} />}
      </div>
    </Panel>
  );
}

function TargetsPanel({ repositoryId }: { readonly repositoryId: string }) {
  const styles = useStyles();
  const texts = useTexts(repositoryTexts);
  const { data } = useQuery(targetsQuery);
  const targets = (data?.targets ?? []).filter(({ repository_id: id }) => id === repositoryId);
  return (
    <Panel title={texts.targets}>
      {targets.length === 0 && <Text>{texts.noTargets}</Text>}
      <ul className={styles.list}>
        {targets.map(({ target_id: id, name }) => (
          <li key={id}>
            <PageLink to={links.target(id)}>{name}</PageLink>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
