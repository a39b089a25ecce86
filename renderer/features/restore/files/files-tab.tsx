import { makeStyles, MessageBar, MessageBarBody, SearchBox, tokens } from '@fluentui/react-components';
import { DocumentSearchRegular, SearchRegular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useDeferredValue } from 'react';
import { useSearchParams } from 'wouter';
import type { TargetView } from '../../../../contracts/targets.ts';
import { useTexts } from '../../../i18n/use-texts.ts';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { ErrorState } from '../../../ui/error-state.tsx';
import { LoadingState } from '../../../ui/loading-state.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { searchQuery } from '../queries.ts';
import { SearchHits } from './search-hits.tsx';
import { fileTexts } from './texts.ts';
import { VersionsPanel } from './versions-panel.tsx';

const useStyles = makeStyles({
  search: { width: '100%', maxWidth: '640px', marginBottom: tokens.spacingVerticalL },
  notice: { marginBottom: tokens.spacingVerticalM },
  columns: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr) minmax(0, 1fr)',
    alignItems: 'start',
    gap: tokens.spacingHorizontalL,
    '@media (max-width: 1000px)': { gridTemplateColumns: 'minmax(0, 1fr)' },
  },
});

/** Which file first: search in all backups of a target, then the versions of what was found. */
export function FilesTab({ target }: { readonly target: TargetView }) {
  const styles = useStyles();
  const texts = useTexts(fileTexts);
  const [search, setSearch] = useSearchParams();
  const text = search.get('q') ?? '';
  const chosen = search.get('file');
  const to = (change: { readonly q: string; readonly file: string | null }) => {
    const { q, file } = change;
    setSearch(
      { target: target.target_id, by: 'file', ...(q !== '' && { q }), ...(file !== null && { file }) },
      { replace: true },
    );
  };
  return (
    <>
      <SearchBox
        autoFocus
        size="large"
        className={styles.search}
        placeholder={texts.search}
        aria-label={texts.search}
        value={text}
        onChange={(_event, { value }) => to({ q: value, file: null })}
      />
      {text.trim() === '' && chosen === null ? (
        <EmptyState icon={<DocumentSearchRegular />} title={texts.start} hint={texts.startHint} />
      ) : (
        <div className={styles.columns}>
          <Found
            targetId={target.target_id}
            text={text}
            chosen={chosen}
            onChoose={(path) => to({ q: text, file: path })}
          />
          <Versions targetId={target.target_id} path={chosen} />
        </div>
      )}
    </>
  );
}

function Found(props: {
  readonly targetId: string;
  readonly text: string;
  readonly chosen: string | null;
  readonly onChoose: (path: string) => void;
}) {
  const { targetId, text, chosen, onChoose } = props;
  const styles = useStyles();
  const texts = useTexts(fileTexts);
  const { data, error, refetch, isPlaceholderData } = useQuery(searchQuery(targetId, useDeferredValue(text.trim())));
  if (text.trim() === '') return <div />;
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <LoadingState />;
  const { complete, backups, backups_indexed: indexed } = data.index;
  return (
    <div>
      {!complete && (
        <MessageBar className={styles.notice} intent="info" layout="multiline">
          <MessageBarBody>{texts.indexing(indexed, backups)}</MessageBarBody>
        </MessageBar>
      )}
      {data.hits.length === 0 && complete && !isPlaceholderData ? (
        <EmptyState icon={<SearchRegular />} title={texts.nothing(text.trim())} hint={texts.nothingHint} />
      ) : (
        <SearchHits hits={data.hits} hasMore={data.has_more} chosen={chosen} onChoose={onChoose} />
      )}
    </div>
  );
}

function Versions({ targetId, path }: { readonly targetId: string; readonly path: string | null }) {
  const texts = useTexts(fileTexts);
  if (path !== null) return <VersionsPanel key={path} targetId={targetId} path={path} />;
  return (
    <Panel title={texts.versionsOf('…')}>
      <EmptyState title={texts.choose} />
    </Panel>
  );
}
