import { Button, Checkbox, makeStyles, MessageBar, MessageBarBody, Text, tokens } from '@fluentui/react-components';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Repository, UpdateRepository } from '../../../contracts/repositories.ts';
import { keys } from '../../api/query-keys.ts';
import { repositoryActions } from '../../api/repository-actions.ts';
import { useMay } from '../../app/session/session-context.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { TextField } from '../../ui/form/text-field.tsx';
import { useNotices } from '../../ui/notices.tsx';
import { Panel } from '../../ui/panel.tsx';
import { repositoryTexts } from './texts.ts';

const useStyles = makeStyles({
  root: { display: 'grid', gap: tokens.spacingVerticalM, justifyItems: 'start' },
  form: { display: 'flex', flexWrap: 'wrap', alignItems: 'end', gap: tokens.spacingHorizontalM },
});

/** How long nobody can delete a backup here, and whether GuardIT's own settings are kept here. */
export function ImmutabilityPanel({ repository }: { readonly repository: Repository }) {
  const styles = useStyles();
  const texts = useTexts(repositoryTexts);
  const notices = useNotices();
  const client = useQueryClient();
  const isAdmin = useMay('admin');
  const { immutable_days: days, repository_id: id } = repository;
  const [wanted, setWanted] = useState(days === null ? '' : String(days));
  const save = useMutation({
    mutationFn: (change: UpdateRepository) => repositoryActions.update(id, change),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys.repositories });
      notices.done(texts.saved);
    },
  });
  return (
    <Panel title={texts.protection}>
      <div className={styles.root}>
        <Text>{days === null ? texts.mutable : texts.immutable(days)}</Text>
        {isAdmin && (
          <form
            className={styles.form}
            noValidate
            onSubmit={(event) => {
              event.preventDefault();
              save.mutate({ immutable_days: wanted.trim() === '' ? null : Number(wanted) });
            }}
          >
            <TextField
              {...{ label: texts.immutableDays, hint: texts.immutableHint, name: 'immutable_days', problems: {} }}
              isNumber
              value={wanted}
              onChange={setWanted}
            />
            <Button type="submit" disabled={save.isPending || wanted === (days === null ? '' : String(days))}>
              {texts.save}
            </Button>
          </form>
        )}
        {save.error && (
          <MessageBar intent="error" layout="multiline">
            <MessageBarBody>{save.error.message}</MessageBarBody>
          </MessageBar>
        )}
        <Checkbox
          label={texts.holdsSettings}
          checked={repository.holds_settings}
          disabled={!isAdmin || save.isPending}
          onChange={(_event, { checked }) => save.mutate({ holds_settings: checked === true })}
        />
      </div>
    </Panel>
  );
}
