import { Button } from '@fluentui/react-components';
import { LockClosedRegular } from '@fluentui/react-icons';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { keys } from '../../api/query-keys.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { ConfirmDialog, type Confirmation } from '../../ui/confirm-dialog.tsx';
import { DataTable, type DataColumn } from '../../ui/data-table/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import { Panel } from '../../ui/panel.tsx';
import { AddForm, TextInput } from './add-form.tsx';
import { secretsQuery, settingsCalls } from './queries.ts';
import { settingsTexts } from './texts.ts';

interface Secret {
  readonly name: string;
}

/** Passwords and tokens that configurations name. They are set here, and read by tasks only. */
export function SecretsPart() {
  const texts = useTexts(settingsTexts);
  const client = useQueryClient();
  const [confirmation, setConfirmation] = useState<Confirmation | null>(null);
  const [name, setName] = useState('');
  const [value, setValue] = useState('');
  const { data, error, refetch } = useQuery(secretsQuery);
  const refresh = () => client.invalidateQueries({ queryKey: keys.secrets });
  const put = useMutation({
    mutationFn: () => settingsCalls.putSecret(name, value),
    onSuccess: () => {
      setName('');
      setValue('');
      return refresh();
    },
  });
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <LoadingState />;
  const remove = (secret: Secret) =>
    setConfirmation({
      title: texts.removeSecret(secret.name),
      content: texts.removeSecretLoses,
      action: texts.remove,
      act: () => settingsCalls.removeSecret(secret.name).then(refresh),
    });
  return (
    <Panel title={texts.parts.secrets} flush>
      <AddForm
        label={texts.addSecret}
        isReady={name !== '' && value !== ''}
        isBusy={put.isPending}
        error={put.error}
        onAdd={() => put.mutate()}
      >
        <TextInput label={texts.name} value={name} onChange={setName} />
        <TextInput label={`${texts.value} (${texts.secretHint})`} value={value} onChange={setValue} isSecret />
      </AddForm>
      <DataTable
        label={texts.parts.secrets}
        items={data.secrets}
        columns={secretColumns(texts, remove)}
        idOf={({ name: id }) => id}
        empty={<EmptyState icon={<LockClosedRegular />} title={texts.noSecrets} hint={texts.noSecretsHint} />}
      />
      {confirmation && <ConfirmDialog confirmation={confirmation} onClose={() => setConfirmation(null)} />}
    </Panel>
  );
}

function secretColumns(
  { columns, remove: word }: (typeof settingsTexts)['en'],
  remove: (secret: Secret) => void,
): DataColumn<Secret>[] {
  return [
    {
      id: 'name',
      header: columns.name,
      width: 'minmax(140px, 1fr)',
      sortBy: ({ name }) => name,
      cell: ({ name }) => <code>{name}</code>,
    },
    {
      id: 'actions',
      header: columns.actions,
      width: '130px',
      cell: (secret) => (
        <Button size="small" appearance="subtle" onClick={() => remove(secret)}>
          {word}
        </Button>
      ),
    },
  ];
}
