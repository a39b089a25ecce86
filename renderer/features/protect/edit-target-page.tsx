import {
  Button,
  Dropdown,
  Field,
  makeStyles,
  MessageBar,
  MessageBarBody,
  Option,
  tokens,
} from '@fluentui/react-components';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation, useSearchParams } from 'wouter';
import type { TargetView } from '../../../contracts/targets.ts';
import { ApiError } from '../../api/api-error.ts';
import { targetActions } from '../../api/backup-actions.ts';
import { repositoriesQuery, targetQuery } from '../../api/protection-queries.ts';
import { keys } from '../../api/query-keys.ts';
import { links } from '../../app/links.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import type { Problems } from '../../ui/form/problems.ts';
import { LoadingState } from '../../ui/loading-state.tsx';
import { useNotices } from '../../ui/notices.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { Panel } from '../../ui/panel.tsx';
import { retentionDraftOf, retentionPolicyOf } from '../../ui/retention/retention-draft.ts';
import { RetentionFields } from '../../ui/retention/retention-fields.tsx';
import { RetentionSimulator } from '../../ui/retention/retention-simulator.tsx';
import { uiTexts } from '../../ui/texts.ts';
import { sourceConfig, sourceDraftOf, sourceProblems } from './source-draft.ts';
import { SourceFields } from './source-fields.tsx';
import { protectTexts } from './texts.ts';

const useStyles = makeStyles({
  root: { maxWidth: '760px' },
  fields: { display: 'grid', gap: tokens.spacingVerticalM },
  actions: { display: 'flex', gap: tokens.spacingHorizontalS, padding: `${tokens.spacingVerticalS} 0` },
});

/** Changes what is protected, where its next backups go and how long they stay. */
export default function EditTargetPage() {
  const texts = useTexts(protectTexts);
  const [search] = useSearchParams();
  const id = search.get('id');
  if (id === null) return <EmptyState title={texts.noTarget} />;
  return <EditOf key={id} targetId={id} />;
}

function EditOf({ targetId }: { readonly targetId: string }) {
  const { data, error, refetch } = useQuery(targetQuery(targetId));
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <LoadingState />;
  return <EditForm target={data} />;
}

function EditForm({ target }: { readonly target: TargetView }) {
  const styles = useStyles();
  const texts = useTexts(protectTexts);
  const words = useTexts(uiTexts);
  const notices = useNotices();
  const client = useQueryClient();
  const [, navigate] = useLocation();
  const [source, setSource] = useState(() => sourceDraftOf(target));
  const [repositoryId, setRepositoryId] = useState(target.repository_id);
  const [retention, setRetention] = useState(() => retentionDraftOf(target.retention));
  const [problems, setProblems] = useState<Problems>({});
  const { policy, problems: retentionProblems } = retentionPolicyOf(retention);
  const id = target.target_id;
  const save = useMutation({
    mutationFn: () =>
      targetActions.change(id, {
        name: source.name.trim(),
        config: sourceConfig(source),
        retention: policy,
        ...(repositoryId !== target.repository_id && { repository_id: repositoryId }),
      }),
    onSuccess: async ({ name }) => {
      await client.invalidateQueries({ queryKey: keys.targets });
      notices.done(texts.saved(name));
      navigate(links.target(id));
    },
    onError: (error) => {
      if (error instanceof ApiError && error.field !== null) setProblems({ [error.field]: error.message });
    },
  });
  const submit = () => {
    const found = { ...sourceProblems(source), ...retentionProblems };
    setProblems(found);
    if (Object.keys(found).length === 0) save.mutate();
  };
  const problem = save.error?.message ?? (Object.keys(problems).length > 0 ? texts.problems : null);
  const hasBackups = target.backup_counts.completed > 0;
  return (
    <form
      className={styles.root}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <PageHeader title={texts.editTitle(target.name)} />
      <Panel title={texts.steps.what}>
        <SourceFields
          isNew={false}
          draft={source}
          problems={problems}
          onChange={(some) => setSource({ ...source, ...some })}
        />
      </Panel>
      <Panel title={texts.steps.where}>
        <RepositoryField value={repositoryId} onChange={setRepositoryId} />
      </Panel>
      <Panel title={texts.howLongTitle}>
        <div className={styles.fields}>
          <RetentionFields draft={retention} problems={problems} onChange={setRetention} />
          {hasBackups && Object.keys(retentionProblems).length === 0 && (
            <RetentionSimulator targetId={id} policy={policy} />
          )}
        </div>
      </Panel>
      {problem !== null && (
        <MessageBar intent="error" layout="multiline">
          <MessageBarBody>{problem}</MessageBarBody>
        </MessageBar>
      )}
      <div className={styles.actions}>
        <Button appearance="primary" type="submit" disabled={save.isPending}>
          {texts.save}
        </Button>
        <Button onClick={() => navigate(links.target(id))}>{words.cancel}</Button>
      </div>
    </form>
  );
}

function RepositoryField({ value, onChange }: { readonly value: string; readonly onChange: (id: string) => void }) {
  const texts = useTexts(protectTexts);
  const { data } = useQuery(repositoriesQuery);
  const repositories = data?.repositories ?? [];
  const nameOf = (id: string) => repositories.find(({ repository_id: other }) => other === id)?.name ?? id;
  return (
    <Field label={texts.whereLabel} hint={texts.moves}>
      <Dropdown
        value={nameOf(value)}
        selectedOptions={[value]}
        onOptionSelect={(_event, { optionValue }) => {
          if (optionValue !== undefined) onChange(optionValue);
        }}
      >
        {repositories.map(({ repository_id: id, name }) => (
          <Option key={id} value={id}>
            {name}
          </Option>
        ))}
      </Dropdown>
    </Field>
  );
}
