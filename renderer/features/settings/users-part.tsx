import { Button } from '@fluentui/react-components';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { MIN_PASSWORD_LENGTH, type User, type UserRole } from '../../../contracts/access.ts';
import { keys } from '../../api/query-keys.ts';
import { frameTexts } from '../../app/frame/texts.ts';
import { useSession } from '../../app/session/session-context.ts';
import { useFormats } from '../../format/use-formats.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { ConfirmDialog, type Confirmation } from '../../ui/confirm-dialog.tsx';
import { DataTable, type DataColumn } from '../../ui/data-table/data-table.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import { useNotices } from '../../ui/notices.tsx';
import { Panel } from '../../ui/panel.tsx';
import { AddForm, RoleInput, TextInput } from './add-form.tsx';
import { settingsCalls, usersQuery } from './queries.ts';
import { settingsTexts } from './texts.ts';

export function UsersPart() {
  const texts = useTexts(settingsTexts);
  const client = useQueryClient();
  const notices = useNotices();
  const [confirmation, setConfirmation] = useState<Confirmation | null>(null);
  const { data, error, refetch } = useQuery(usersQuery);
  const refresh = () => client.invalidateQueries({ queryKey: keys.users });
  const toggle = useMutation({
    mutationFn: ({ id, disabled }: User) => settingsCalls.setDisabled(id, !disabled),
    onSuccess: refresh,
    onError: (problem) => notices.failed(texts.failed, problem),
  });
  const remove = (user: User) =>
    setConfirmation({
      title: texts.removeUser(user.username),
      content: texts.removeUserLoses,
      action: texts.remove,
      act: () => settingsCalls.removeUser(user.id).then(refresh),
    });
  const columns = useUserColumns(toggle.mutate, remove);
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <LoadingState />;
  return (
    <Panel title={texts.parts.users} flush>
      <AddUser onAdded={refresh} />
      <DataTable label={texts.parts.users} items={data.users} columns={columns} idOf={({ id }) => id} />
      {confirmation && <ConfirmDialog confirmation={confirmation} onClose={() => setConfirmation(null)} />}
    </Panel>
  );
}

function AddUser({ onAdded }: { readonly onAdded: () => Promise<unknown> }) {
  const texts = useTexts(settingsTexts);
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const [role, setRole] = useState<UserRole>('viewer');
  const add = useMutation({
    mutationFn: () => settingsCalls.addUser({ username, password, role }),
    onSuccess: () => {
      setUsername('');
      setPassword('');
      return onAdded();
    },
  });
  const isReady = username !== '' && [...password].length >= MIN_PASSWORD_LENGTH;
  return (
    <AddForm
      label={texts.addUser}
      isReady={isReady}
      isBusy={add.isPending}
      error={add.error}
      onAdd={() => add.mutate()}
    >
      <TextInput label={texts.userName} value={username} onChange={setUsername} />
      <TextInput label={texts.password} value={password} onChange={setPassword} isSecret />
      <RoleInput value={role} onChange={setRole} />
    </AddForm>
  );
}

function useUserColumns(toggle: (user: User) => void, remove: (user: User) => void): DataColumn<User>[] {
  const texts = useTexts(settingsTexts);
  const { roles } = useTexts(frameTexts);
  const formats = useFormats();
  const { me } = useSession();
  const { columns } = texts;
  return [
    {
      id: 'name',
      header: columns.name,
      width: 'minmax(140px, 1fr)',
      sortBy: ({ username }) => username,
      cell: ({ id, username }) => (id === me.id ? `${username} (${texts.you})` : username),
    },
    { id: 'role', header: columns.role, width: '140px', sortBy: ({ role }) => role, cell: ({ role }) => roles[role] },
    {
      id: 'state',
      header: columns.state,
      width: '130px',
      cell: ({ disabled }) => (disabled ? texts.locked : texts.active),
    },
    {
      id: 'last',
      header: columns.last,
      width: '190px',
      sortBy: ({ last_login_at }) => last_login_at,
      cell: ({ last_login_at: at }) => (at === null ? texts.never : formats.dateTime(at)),
    },
    {
      id: 'actions',
      header: columns.actions,
      width: '260px',
      // Nobody shuts themselves out by a slip.
      cell: (user) =>
        user.id !== me.id && (
          <>
            <Button size="small" appearance="subtle" onClick={() => toggle(user)}>
              {user.disabled ? texts.enable : texts.disable}
            </Button>
            <Button size="small" appearance="subtle" onClick={() => remove(user)}>
              {texts.remove}
            </Button>
          </>
        ),
    },
  ];
}
