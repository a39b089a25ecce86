import { queryOptions } from '@tanstack/react-query';
import { ApiKeyList, NewApiKey, User, UserList, type Role, type UserRole } from '../../../contracts/access.ts';
import { SecretList } from '../../../contracts/secrets.ts';
import { Health } from '../../../contracts/system.ts';
import { call, pathPart } from '../../api/client.ts';
import { keys } from '../../api/query-keys.ts';

export const usersQuery = queryOptions({
  queryKey: keys.users,
  queryFn: ({ signal }) => call('/api/auth/users', { query: { limit: 1000 }, reply: UserList, signal }),
});

export const apiKeysQuery = queryOptions({
  queryKey: keys.apiKeys,
  queryFn: ({ signal }) => call('/api/auth/keys', { query: { limit: 1000 }, reply: ApiKeyList, signal }),
});

export const secretsQuery = queryOptions({
  queryKey: keys.secrets,
  queryFn: ({ signal }) => call('/api/secrets', { reply: SecretList, signal }),
});

/** A service that is failing says so with 503: an answer as well. */
export const healthQuery = queryOptions({
  queryKey: keys.health,
  refetchInterval: 30_000,
  queryFn: async ({ signal }) => {
    const response = await fetch('/health', { signal });
    return Health.parse(await response.json());
  },
});

export const settingsCalls = {
  addUser: (body: { readonly username: string; readonly password: string; readonly role: UserRole }) =>
    call('/api/auth/users', { method: 'POST', body, reply: User }),
  setDisabled: (id: string, disabled: boolean) =>
    call(`/api/auth/users/${pathPart(id)}`, { method: 'PUT', body: { disabled }, reply: User }),
  removeUser: (id: string) => call(`/api/auth/users/${pathPart(id)}`, { method: 'DELETE' }),
  addKey: (body: { readonly name: string; readonly role: Role }) =>
    call('/api/auth/keys', { method: 'POST', body, reply: NewApiKey }),
  removeKey: (id: string) => call(`/api/auth/keys/${pathPart(id)}`, { method: 'DELETE' }),
  putSecret: (name: string, value: string) =>
    call(`/api/secrets/${pathPart(name)}`, { method: 'PUT', body: { value } }),
  removeSecret: (name: string) => call(`/api/secrets/${pathPart(name)}`, { method: 'DELETE' }),
  /** Its answer holds a token for programs, which is not even read: whoever changed it logs in anew. */
  changePassword: (currentPassword: string, newPassword: string) =>
    call('/api/auth/me/password', { method: 'PUT', body: { currentPassword, newPassword } }),
};
