import { Button } from '@fluentui/react-components';
import { KeyRegular } from '@fluentui/react-icons';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ApiKey, UserRole } from '../../../contracts/access.ts';
import { keys } from '../../api/query-keys.ts';
import { frameTexts } from '../../app/frame/texts.ts';
import { useFormats } from '../../format/use-formats.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { ConfirmDialog, type Confirmation } from '../../ui/confirm-dialog.tsx';
import { DataTable, type DataColumn } from '../../ui/data-table/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import { OneTimeSecret } from '../../ui/one-time-secret.tsx';
import { Panel } from '../../ui/panel.tsx';
import { AddForm, RoleInput, TextInput } from './add-form.tsx';
import { apiKeysQuery, settingsCalls } from './queries.ts';
import { settingsTexts } from './texts.ts';

/** Keys for programs. Those of agents are made where agents are enrolled. */
export function KeysPart() {
  const texts = useTexts(settingsTexts);
  const client = useQueryClient();
  const [confirmation, setConfirmation] = useState<Confirmation | null>(null);
  const { data, error, refetch } = useQuery(apiKeysQuery);
  const refresh = () => client.invalidateQueries({ queryKey: keys.apiKeys });
  const columns = useKeyColumns((key) =>
    setConfirmation({
      title: texts.removeKey(key.name),
      content: texts.removeKeyLoses,
      action: texts.remove,
      act: () => settingsCalls.removeKey(key.id).then(refresh),
    }),
  );
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <LoadingState />;
  return (
    <Panel title={texts.parts.keys} flush>
      <AddKey onAdded={refresh} />
      <DataTable
        label={texts.parts.keys}
        items={data.keys}
        columns={columns}
        idOf={({ id }) => id}
        empty={<EmptyState icon={<KeyRegular />} title={texts.noKeys} hint={texts.noKeysHint} />}
      />
      {confirmation && <ConfirmDialog confirmation={confirmation} onClose={() => setConfirmation(null)} />}
    </Panel>
  );
}

function AddKey({ onAdded }: { readonly onAdded: () => Promise<unknown> }) {
  const texts = useTexts(settingsTexts);
  const [name, setName] = useState('');
  const [role, setRole] = useState<UserRole>('operator');
  const add = useMutation({
    mutationFn: () => settingsCalls.addKey({ name, role }),
    onSuccess: () => {
      setName('');
      return onAdded();
    },
  });
  return (
    <>
      <AddForm
        label={texts.addKey}
        isReady={name !== ''}
        isBusy={add.isPending}
        error={add.error}
        onAdd={() => add.mutate()}
      >
        <TextInput label={texts.name} value={name} onChange={setName} />
        <RoleInput value={role} onChange={setRole} />
      </AddForm>
      {add.data && (
        <OneTimeSecret title={texts.keyTitle} hint={texts.keyHint} secret={add.data.key} onClose={add.reset} />
      )}
    </>
  );
}

function useKeyColumns(remove: (key: ApiKey) => void): DataColumn<ApiKey>[] {
  const texts = useTexts(settingsTexts);
  const { roles } = useTexts(frameTexts);
  const formats = useFormats();
  const { columns } = texts;
  const date = (at: string | null) => (at === null ? texts.never : formats.dateTime(at));
  return [
    {
      id: 'name',
      header: columns.name,
      width: 'minmax(140px, 1fr)',
      sortBy: ({ name }) => name,
      cell: ({ name }) => name,
    },
    { id: 'role', header: columns.role, width: '130px', sortBy: ({ role }) => role, cell: ({ role }) => roles[role] },
    {
      id: 'created',
      header: columns.created,
      width: '180px',
      sortBy: ({ created_at }) => created_at,
      cell: ({ created_at }) => date(created_at),
    },
    {
      id: 'used',
      header: columns.used,
      width: '180px',
      sortBy: ({ last_used_at }) => last_used_at,
      cell: ({ last_used_at }) => date(last_used_at),
    },
    { id: 'expires', header: columns.expires, width: '180px', cell: ({ expires_at }) => date(expires_at) },
    {
      id: 'actions',
      header: columns.actions,
      width: '130px',
      cell: (key) => (
        <Button size="small" appearance="subtle" onClick={() => remove(key)}>
          {texts.remove}
        </Button>
      ),
    },
  ];
}
