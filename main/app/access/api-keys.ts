import type { Role } from '../../../contracts/access.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { Catalog, Stores } from '../catalog/ports.ts';
import type { Clock } from '../clock/ports.ts';
import { AppError } from '../errors/app-error.ts';
import type { Caller } from './caller.ts';
import { hashSecret, newApiKey } from './credential.ts';
import type { ApiKeyRecord, Page } from './ports.ts';
import { checkTenant } from './scope-rules.ts';

export interface ApiKeysParts {
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly audit: AuditLog;
}

export interface ApiKeyWish {
  readonly name: string;
  readonly role: Role;
  readonly expiresAt?: Date | null | undefined;
  /** Needed for the role `agent`, and for no other. */
  readonly agentId?: string | null | undefined;
  readonly tenantId?: string | null | undefined;
}

/** Keys for programs. For admins, and for what enrols agents. */
export class ApiKeys {
  readonly #parts: ApiKeysParts;

  constructor(parts: ApiKeysParts) {
    this.#parts = parts;
  }

  async list(page: Page): Promise<{ keys: ApiKeyRecord[]; total: number }> {
    return this.#parts.catalog.read(async ({ apiKeys }) => ({
      keys: await apiKeys.list(page),
      total: await apiKeys.count(),
    }));
  }

  /** `key` is the secret; it is nowhere else, and can't be had again. */
  async create(caller: Caller, wish: ApiKeyWish): Promise<{ record: ApiKeyRecord; key: string }> {
    return this.#parts.catalog.write((stores) => this.createWithin(stores, caller, wish));
  }

  /** As `create`, within a write of somebody who needs more done at once: an agent enrolled together with its key. */
  async createWithin(
    stores: Pick<Stores, 'apiKeys' | 'tenants' | 'agents' | 'audit'>,
    caller: Caller,
    { name, role, expiresAt = null, agentId = null, tenantId: wishedTenantId = null }: ApiKeyWish,
  ): Promise<{ record: ApiKeyRecord; key: string }> {
    const now = this.#parts.clock.now();
    checkAgent(role, agentId);
    if (expiresAt && expiresAt <= now) {
      throw new AppError('invalid_request', 'expiresAt: is past already', { field: 'expiresAt', code: 'past' });
    }
    const agentTenantId = agentId === null ? null : await tenantOfAgent(stores, agentId, wishedTenantId);
    const tenantId = agentTenantId ?? wishedTenantId;
    await checkTenant(stores, role, tenantId);
    const { id, secret, key } = newApiKey();
    const record: ApiKeyRecord = {
      id,
      name,
      role,
      agentId,
      tenantId,
      secretHash: hashSecret(secret),
      createdBy: caller.id,
      createdAt: now,
      expiresAt,
      lastUsedAt: null,
    };
    await stores.apiKeys.insert(record);
    const expires = expiresAt?.toISOString() ?? null;
    const details = { name, role, agent_id: agentId, tenant_id: tenantId, expires_at: expires };
    await this.#parts.audit.record(stores, { caller, action: 'key.created', object: `key:${id}`, details });
    return { record, key };
  }

  async delete(caller: Caller, id: string): Promise<void> {
    await this.#parts.catalog.write(async (stores) => {
      const key = await stores.apiKeys.find(id);
      if (!key) throw new AppError('not_found', 'There is no such key.');
      await stores.apiKeys.delete(id);
      const details = { name: key.name, role: key.role, agent_id: key.agentId };
      await this.#parts.audit.record(stores, { caller, action: 'key.deleted', object: `key:${id}`, details });
    });
  }
}

function checkAgent(role: Role, agentId: string | null): void {
  if ((role === 'agent') === (agentId !== null)) return;
  const message =
    role === 'agent' ? 'agentId: a key of the role agent is for one agent' : 'agentId: only for the role agent';
  throw new AppError('invalid_request', message, {
    field: 'agentId',
    code: role === 'agent' ? 'missing' : 'not_allowed',
  });
}

/** A key for an agent belongs to the agent's tenant, whether that is said or not. */
async function tenantOfAgent(
  { agents }: Pick<Stores, 'agents'>,
  agentId: string,
  wishedTenantId: string | null,
): Promise<string> {
  const agent = await agents.find(agentId);
  if (!agent) {
    const details = { field: 'agentId', code: 'not_found' };
    throw new AppError('invalid_request', 'agentId: there is no such agent', details);
  }
  if (wishedTenantId !== null && wishedTenantId !== agent.tenantId) {
    const details = { field: 'tenantId', code: 'not_of_agent' };
    throw new AppError('invalid_request', 'tenantId: the agent belongs to another tenant', details);
  }
  return agent.tenantId;
}
