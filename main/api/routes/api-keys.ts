import {
  AccessListQuery,
  ApiKeyList,
  ApiKeyParams,
  CreateApiKeyBody,
  NewApiKey,
  type ApiKey,
} from '../../../contracts/access.ts';
import type { ApiKeys } from '../../app/access/api-keys.ts';
import type { ApiKeyRecord } from '../../app/access/ports.ts';
import { operation, type Operation } from '../operation.ts';

const SHARED = { tag: 'access', family: 'tasks', access: { roles: ['admin'] } } as const;

/** Keys for programs. Admins only. */
export function apiKeyOperations(keys: ApiKeys): Operation[] {
  return [
    operation({
      ...SHARED,
      id: 'listApiKeys',
      method: 'GET',
      path: '/api/auth/keys',
      summary: 'List the API keys, newest first',
      query: AccessListQuery,
      responses: { 200: { description: 'The keys, without their secrets.', schema: ApiKeyList } },
      handle: async ({ query }) => {
        const { keys: found, total } = await keys.list(query);
        return { status: 200, body: { keys: found.map(keyWire), total } };
      },
    }),
    operation({
      ...SHARED,
      id: 'createApiKey',
      method: 'POST',
      path: '/api/auth/keys',
      summary: 'Make an API key',
      description: 'The secret is in this answer only: GuardIT keeps a hash of it.',
      body: CreateApiKeyBody,
      snakeCaseAliases: true,
      errors: [],
      responses: { 201: { description: 'The key and its secret.', schema: NewApiKey } },
      handle: async ({ caller, body: { expiresAt, ...wish } }) => {
        const at = expiresAt === undefined || expiresAt === null ? null : new Date(expiresAt);
        const { record, key } = await keys.create(caller, { ...wish, expiresAt: at });
        return { status: 201, body: { ...keyWire(record), key } };
      },
    }),
    operation({
      ...SHARED,
      id: 'deleteApiKey',
      method: 'DELETE',
      path: '/api/auth/keys/{keyId}',
      summary: 'Remove an API key',
      description: 'Requests that come with it are refused from now on.',
      params: ApiKeyParams,
      errors: ['not_found'],
      responses: { 204: { description: 'The key is gone.' } },
      handle: async ({ caller, params }) => {
        await keys.delete(caller, params.keyId);
        return { status: 204 };
      },
    }),
  ];
}

function keyWire(key: ApiKeyRecord): ApiKey {
  return {
    id: key.id,
    name: key.name,
    role: key.role,
    agent_id: key.agentId,
    tenant_id: key.tenantId,
    created_by: key.createdBy,
    created_at: key.createdAt.toISOString(),
    expires_at: key.expiresAt?.toISOString() ?? null,
    last_used_at: key.lastUsedAt?.toISOString() ?? null,
  };
}
