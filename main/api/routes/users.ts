import {
  AccessListQuery,
  CreateTenantBody,
  CreateUserBody,
  Tenant,
  TenantList,
  UpdateUserBody,
  User,
  UserList,
  UserParams,
} from '../../../contracts/access.ts';
import type { TenantRecord, UserRecord } from '../../app/access/ports.ts';
import type { Tenants } from '../../app/access/tenants.ts';
import type { Users } from '../../app/access/users.ts';
import { operation, type Operation } from '../operation.ts';

const SHARED = { tag: 'access', family: 'tasks', access: { roles: ['admin'] } } as const;

/** People who log in. Admins only. */
export function userOperations(users: Users): Operation[] {
  return [
    operation({
      ...SHARED,
      id: 'listUsers',
      method: 'GET',
      path: '/api/auth/users',
      summary: 'List the users, by name',
      query: AccessListQuery,
      responses: { 200: { description: 'The users.', schema: UserList } },
      handle: async ({ query }) => {
        const { users: found, total } = await users.list(query);
        return { status: 200, body: { users: found.map(userWire), total } };
      },
    }),
    operation({
      ...SHARED,
      id: 'createUser',
      method: 'POST',
      path: '/api/auth/users',
      summary: 'Add a user',
      description: 'The first one is made with the token of tokens/admin.token in the data folder.',
      body: CreateUserBody,
      snakeCaseAliases: true,
      errors: ['conflict'],
      responses: { 201: { description: 'The user.', schema: User } },
      handle: async ({ caller, body }) => ({ status: 201, body: userWire(await users.create(caller, body)) }),
    }),
    ...oneUserOperations(users),
  ];
}

function oneUserOperations(users: Users): Operation[] {
  const path = '/api/auth/users/{userId}';
  return [
    operation({
      ...SHARED,
      id: 'getUser',
      method: 'GET',
      path,
      summary: 'Show a user',
      params: UserParams,
      errors: ['not_found'],
      responses: { 200: { description: 'The user.', schema: User } },
      handle: async ({ params }) => ({ status: 200, body: userWire(await users.get(params.userId)) }),
    }),
    operation({
      ...SHARED,
      id: 'updateUser',
      method: 'PUT',
      path,
      summary: "Change a user's role, password, tenant or state",
      description: 'What is left out stays. Every change ends the logins of the user.',
      params: UserParams,
      body: UpdateUserBody,
      snakeCaseAliases: true,
      errors: ['not_found'],
      responses: { 200: { description: 'The user.', schema: User } },
      handle: async ({ caller, params, body }) => ({
        status: 200,
        body: userWire(await users.update(caller, params.userId, body)),
      }),
    }),
    operation({
      ...SHARED,
      id: 'deleteUser',
      method: 'DELETE',
      path,
      summary: 'Remove a user',
      description: 'Ends their logins. Keys that they made stay.',
      params: UserParams,
      errors: ['not_found'],
      responses: { 204: { description: 'The user is gone.' } },
      handle: async ({ caller, params }) => {
        await users.delete(caller, params.userId);
        return { status: 204 };
      },
    }),
  ];
}

/** The isolation boundaries that users, keys, agents and policies may belong to. Admins only. */
export function tenantOperations(tenants: Tenants): Operation[] {
  return [
    operation({
      ...SHARED,
      id: 'listTenants',
      method: 'GET',
      path: '/api/auth/tenants',
      summary: 'List the tenants',
      responses: { 200: { description: 'The tenants.', schema: TenantList } },
      handle: async () => ({ status: 200, body: { tenants: (await tenants.list()).map(tenantWire) } }),
    }),
    operation({
      ...SHARED,
      id: 'createTenant',
      method: 'POST',
      path: '/api/auth/tenants',
      summary: 'Add a tenant',
      body: CreateTenantBody,
      errors: ['conflict'],
      responses: { 201: { description: 'The tenant.', schema: Tenant } },
      handle: async ({ caller, body }) => ({ status: 201, body: tenantWire(await tenants.create(caller, body)) }),
    }),
  ];
}

export function userWire(user: UserRecord): User {
  return {
    id: user.id,
    username: user.username,
    role: user.role,
    tenant_id: user.tenantId,
    disabled: user.disabled,
    created_at: user.createdAt.toISOString(),
    updated_at: user.updatedAt.toISOString(),
    last_login_at: user.lastLoginAt?.toISOString() ?? null,
  };
}

function tenantWire({ id, name, createdAt }: TenantRecord) {
  return { id, name, created_at: createdAt.toISOString() };
}
