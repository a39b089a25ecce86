import {
  Field,
  makeStyles,
  MessageBar,
  MessageBarBody,
  Radio,
  RadioGroup,
  Text,
  tokens,
} from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { Repository } from '../../../contracts/repositories.ts';
import { repositoriesQuery, storageQuery } from '../../api/protection-queries.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ConnectionTest } from '../../ui/repository/connection-test.tsx';
import type { MadeRepository } from '../../ui/repository/repository-draft.ts';
import { RepositoryForm } from '../../ui/repository/repository-form.tsx';
import { repositoryFormTexts } from '../../ui/repository/texts.ts';
import { StorageUsage } from '../../ui/storage/storage-usage.tsx';
import { StepActions, StepFrame } from './step-frame.tsx';
import { protectTexts } from './texts.ts';

const NEW = '\0new';

const useStyles = makeStyles({
  choice: { display: 'grid' },
  hint: { color: tokens.colorNeutralForeground2, fontSize: '12px', overflowWrap: 'anywhere' },
  chosen: {
    display: 'grid',
    gap: tokens.spacingVerticalM,
    paddingTop: tokens.spacingVerticalM,
    ':focus-visible': { outline: 'none' },
  },
});

interface Props {
  /** The one that is chosen. */
  readonly repositoryId: string | null;
  /** What this wizard has made. */
  readonly made: MadeRepository | null;
  readonly onChoose: (repositoryId: string) => void;
  readonly onMade: (made: MadeRepository) => void;
  readonly onBack: () => void;
  readonly onNext: () => void;
}

/** A repository that is there, or a new one, made and tried on the spot. */
export function WhereStep(props: Props) {
  const { data, error, refetch } = useQuery(repositoriesQuery);
  const texts = useTexts(protectTexts);
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <LoadingState />;
  return (
    <StepFrame label={texts.steps.where}>
      <Choice {...props} repositories={data.repositories} />
    </StepFrame>
  );
}

function Choice(props: Props & { readonly repositories: readonly Repository[] }) {
  const { repositories, repositoryId, made, onChoose, onMade, onBack, onNext } = props;
  const styles = useStyles();
  const texts = useTexts(protectTexts);
  const [isNew, setNew] = useState(repositories.length === 0);
  const chosen = repositories.find(({ repository_id: id }) => id === repositoryId);
  const isMaking = isNew && !made;
  return (
    <>
      {repositories.length > 0 && (
        <Panel title={texts.steps.where}>
          <Field label={texts.whereLabel} hint={texts.whereHint}>
            <RadioGroup
              value={isMaking ? NEW : (repositoryId ?? '')}
              onChange={(_event, { value }) => {
                setNew(value === NEW);
                if (value !== NEW) onChoose(value);
              }}
            >
              {repositories.map((repository) => (
                <Radio
                  key={repository.repository_id}
                  value={repository.repository_id}
                  label={<RepositoryLabel repository={repository} />}
                />
              ))}
              {!made && <Radio value={NEW} label={<NewLabel />} />}
            </RadioGroup>
          </Field>
          {!isMaking && chosen && <Chosen repository={chosen} made={made} />}
        </Panel>
      )}
      {isMaking && (
        <Panel title={texts.newTitle}>
          <RepositoryForm
            onMade={(repository) => {
              setNew(false);
              onMade(repository);
            }}
          />
        </Panel>
      )}
      <div className={styles.choice}>
        <StepActions onBack={onBack} onNext={onNext} isReady={!isMaking && chosen !== undefined} />
      </div>
    </>
  );
}

function RepositoryLabel({ repository }: { readonly repository: Repository }) {
  const styles = useStyles();
  const { path } = repository.location;
  return (
    <span className={styles.choice}>
      {repository.name}
      <Text className={styles.hint}>{typeof path === 'string' ? path : repository.kind}</Text>
    </span>
  );
}

function NewLabel() {
  const styles = useStyles();
  const texts = useTexts(protectTexts);
  return (
    <span className={styles.choice}>
      {texts.newOne}
      <Text className={styles.hint}>{texts.newOneHint}</Text>
    </span>
  );
}

function Chosen({ repository, made }: { readonly repository: Repository; readonly made: MadeRepository | null }) {
  const styles = useStyles();
  const texts = useTexts(protectTexts);
  const words = useTexts(repositoryFormTexts);
  const { data } = useQuery(storageQuery);
  const { repository_id: id, name } = repository;
  const own = made?.repository.repository_id === id ? made : null;
  const storage = data?.repositories.find(({ repository_id: other }) => other === id);
  const root = useRef<HTMLDivElement>(null);
  const isMade = own !== null;
  useEffect(() => {
    // The form that had the focus is gone.
    if (isMade) root.current?.focus();
  }, [isMade]);
  return (
    <div ref={root} tabIndex={-1} className={styles.chosen}>
      {own && (
        <MessageBar intent="success" layout="multiline">
          <MessageBarBody>
            {texts.made(name)}{' '}
            {'snapshots' in own.repository && words.found(own.repository.snapshots, own.repository.adopted)}
          </MessageBarBody>
        </MessageBar>
      )}
      {storage && <StorageUsage name={name} storage={storage} />}
      <ConnectionTest key={id} repositoryId={id} first={own?.test ?? null} />
    </div>
  );
}
