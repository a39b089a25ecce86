import { z } from 'zod';
import { Instant } from './common/instant.ts';
import { paging } from './common/parameters.ts';
import { line } from './common/text.ts';

/** What somebody may do (api.md, "Who may do what"). */
export const ROLES = ['admin', 'operator', 'viewer', 'reporter', 'agent'] as const;
export const Role = z.enum(ROLES);
export type Role = z.infer<typeof Role>;

/** What a person may be; `agent` is for the keys of agents only. */
export const UserRole = z.enum(['admin', 'operator', 'viewer', 'reporter']);
export type UserRole = z.infer<typeof UserRole>;

/** Compared without regard to upper and lower case. */
export const UserName = line(64)
  .refine((name) => /^[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}._@+\\-]*[\p{L}\p{N}\p{M}])?$/u.test(name), {
    message: 'may have letters, digits and . _ @ + - \\, and begins and ends with a letter or digit',
  })
  .meta({ description: 'Letters, digits and . _ @ + - \\', examples: ['anna.schmidt'] });

export const MIN_PASSWORD_LENGTH = 10;

export const NewPassword = z
  .string()
  .max(1024)
  .refine((text) => text.isWellFormed(), 'contains half a character (a lone surrogate)')
  .refine((text) => [...text].length >= MIN_PASSWORD_LENGTH, `must have at least ${MIN_PASSWORD_LENGTH} characters`)
  .meta({ minLength: MIN_PASSWORD_LENGTH, maxLength: 1024, format: 'password' });

const GivenPassword = z.string().min(1).max(1024).meta({ format: 'password' });

export const TenantId = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, 'must be lower-case letters, digits and inner hyphens, at most 63')
  .meta({ examples: ['default'] });

/** Null: the whole installation. */
const OptionalTenant = TenantId.nullable();

export const User = z
  .object({
    id: z.uuid(),
    username: z.string(),
    role: UserRole,
    tenant_id: OptionalTenant,
    disabled: z.boolean(),
    created_at: Instant,
    updated_at: Instant,
    last_login_at: Instant.nullable(),
  })
  .meta({ id: 'User' });
export type User = z.infer<typeof User>;

export const LoginBody = z
  .strictObject({ username: z.string().min(1).max(255), password: GivenPassword })
  .meta({ examples: [{ username: 'anna.schmidt', password: 'correct horse battery' }] });

export const LoginReply = z
  .object({
    token: z.string().meta({ description: 'For `Authorization: Bearer …`.' }),
    expires_at: Instant,
    user: User,
  })
  .meta({ id: 'Login' });

/** A login in a browser: the token stays in a cookie that no script can read. */
export const WebSession = z.object({ expires_at: Instant, user: User }).meta({ id: 'WebSession' });
export type WebSession = z.infer<typeof WebSession>;

export const SetupState = z
  .object({
    needed: z.boolean().meta({ description: 'There is no user yet: the first one can be made with the setup code.' }),
  })
  .meta({ id: 'SetupState' });

export const SetupBody = z.strictObject({
  code: z
    .string()
    .min(1)
    .max(64)
    .meta({ description: 'As `guardit serve` prints it; case, blanks and hyphens do not matter.', format: 'password' }),
  username: UserName,
  password: NewPassword,
});

export const CreateUserBody = z.strictObject({
  username: UserName,
  password: NewPassword,
  role: UserRole,
  tenantId: OptionalTenant.optional(),
});

export const UpdateUserBody = z
  .strictObject({
    role: UserRole.optional(),
    password: NewPassword.optional(),
    disabled: z.boolean().optional(),
    tenantId: OptionalTenant.optional(),
  })
  .refine((body) => Object.values(body).some((value) => value !== undefined), 'nothing to change was given');

export const UserParams = z.object({ userId: z.string().min(1).max(64) });
export const UserList = z.object({ users: z.array(User), total: z.int() });
export const AccessListQuery = z.strictObject({ ...paging() });

export const ChangePasswordBody = z.strictObject({ currentPassword: GivenPassword, newPassword: NewPassword });

/** Who the token of this request speaks for. */
export const Me = z
  .object({
    kind: z.enum(['user', 'key']),
    id: z.string(),
    name: z.string(),
    role: Role,
    tenant_id: OptionalTenant,
    agent_id: z.string().nullable(),
    /** When a login ends; null for a key, whose expiry only admins see. */
    expires_at: Instant.nullable(),
  })
  .meta({ id: 'Me' });

export const ApiKey = z
  .object({
    id: z.string(),
    name: z.string(),
    role: Role,
    agent_id: z.string().nullable(),
    tenant_id: OptionalTenant,
    created_by: z.string(),
    created_at: Instant,
    expires_at: Instant.nullable(),
    last_used_at: Instant.nullable().meta({ description: 'Known to the minute.' }),
  })
  .meta({ id: 'ApiKey' });
export type ApiKey = z.infer<typeof ApiKey>;

export const CreateApiKeyBody = z.strictObject({
  name: line(100),
  role: Role,
  expiresAt: z.iso.datetime({ offset: true }).nullable().optional(),
  agentId: line(255).nullable().optional().meta({ description: 'For the role agent, and needed there.' }),
  tenantId: OptionalTenant.optional(),
});

export const NewApiKey = ApiKey.extend({
  key: z.string().meta({ description: 'The secret. It is shown this once only.' }),
}).meta({ id: 'NewApiKey' });

export const ApiKeyParams = z.object({ keyId: z.string().min(1).max(64) });
export const ApiKeyList = z.object({ keys: z.array(ApiKey), total: z.int() });

export const Tenant = z.object({ id: TenantId, name: z.string(), created_at: Instant }).meta({ id: 'Tenant' });
export const TenantList = z.object({ tenants: z.array(Tenant) });
export const CreateTenantBody = z.strictObject({ id: TenantId, name: line(100) });

export const ProofBody = z.strictObject({
  nonce: z
    .string()
    .regex(/^[\x21-\x7e]{16,256}$/, 'must be 16 to 256 printable ASCII characters')
    .meta({
      description: 'Chosen by the client at random, new for each request.',
      examples: ['9f86d081884c7d659a2feaa0c55ad015'],
    }),
  token: z.enum(['admin', 'reporter']).meta({ description: 'The token file that the client has.' }),
});

export const ProofReply = z.object({
  proof: z.string().meta({ description: 'HMAC-SHA256 with the token as key over `<nonce>:<port>`, hexadecimal.' }),
});
