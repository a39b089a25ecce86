import { randomUUID } from 'node:crypto';
import type { EnrolAgent, Heartbeat } from '../../../contracts/agents.ts';
import type { ApiKeys } from '../access/api-keys.ts';
import type { Caller } from '../access/caller.ts';
import type { Page } from '../access/ports.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { Catalog } from '../catalog/ports.ts';
import type { Clock } from '../clock/ports.ts';
import { AppError } from '../errors/app-error.ts';
import type { LogFiles } from '../logs/ports.ts';
import { requireAgent } from './agent-rights.ts';
import type { Agent, AgentJournal } from './ports.ts';

export interface AgentsParts {
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly audit: Pick<AuditLog, 'record'>;
  readonly apiKeys: Pick<ApiKeys, 'createWithin'>;
  /** Of the agents' runs, in a folder of their own. */
  readonly logFiles: LogFiles;
  readonly journal: AgentJournal;
}

/** Where agents go that nobody assigns to a tenant. */
const DEFAULT_TENANT = 'default';
/** A slice takes some milliseconds, for which every other write waits. */
const RUNS_PER_SLICE = 500;

/** Machines that execute backups by themselves (api.md, section 3). */
export class Agents {
  readonly #parts: AgentsParts;

  constructor(parts: AgentsParts) {
    this.#parts = parts;
  }

  /** `key` is the agent's secret; it is nowhere else, and can't be had again. */
  async enrol(caller: Caller, wish: EnrolAgent): Promise<{ agent: Agent; key: string }> {
    const { catalog, clock, audit, apiKeys } = this.#parts;
    const agent: Agent = {
      id: randomUUID(),
      tenantId: tenantFor(caller, wish.tenantId ?? null),
      name: wish.name,
      hostname: wish.hostname ?? null,
      version: null,
      createdAt: clock.now(),
      lastHeartbeatAt: null,
    };
    const { id, tenantId, name, hostname } = agent;
    return catalog.write(async (stores) => {
      if ((await stores.tenants.find(tenantId)) === null) {
        const details = { field: 'tenantId', code: 'not_found' };
        throw new AppError('invalid_request', `tenantId: there is no tenant ${tenantId}`, details);
      }
      if (!(await stores.agents.insert(agent))) {
        const details = { field: 'name', code: 'taken' };
        throw new AppError('conflict', `There is an agent ${JSON.stringify(name)} already.`, details);
      }
      const { key } = await apiKeys.createWithin(stores, caller, { name, role: 'agent', agentId: id, tenantId });
      const details = { name, hostname, tenant_id: tenantId };
      await audit.record(stores, { caller, action: 'agent.enrolled', object: `agent:${id}`, details });
      return { agent, key };
    });
  }

  /** Those of the caller's tenant; of all, or of `tenantId`, for a caller of the whole installation. */
  async list(
    caller: Caller,
    wantedTenantId: string | undefined,
    page: Page,
  ): Promise<{ agents: Agent[]; total: number }> {
    const tenantId = caller.tenantId ?? wantedTenantId;
    if (wantedTenantId !== undefined && tenantId !== wantedTenantId) return { agents: [], total: 0 };
    return this.#parts.catalog.read(async ({ agents }) => ({
      agents: await agents.list({ tenantId }, page),
      total: await agents.count({ tenantId }),
    }));
  }

  async get(caller: Caller, agentId: string): Promise<Agent> {
    return this.#parts.catalog.read((stores) => requireAgent(stores, caller, agentId));
  }

  /** Returns when it was stored. */
  async heartbeat(caller: Caller, agentId: string, { version, hostname }: Heartbeat): Promise<Date> {
    const at = this.#parts.clock.now();
    await this.#parts.catalog.write(async (stores) => {
      await requireAgent(stores, caller, agentId);
      const news = { at, version: version ?? undefined, hostname: hostname ?? undefined };
      await stores.agents.recordHeartbeat(agentId, news);
    });
    return at;
  }

  /** With its keys, runs and logs. It is gone at once; the rest follows in slices. */
  async delete(caller: Caller, agentId: string): Promise<void> {
    const { catalog, clock, audit } = this.#parts;
    await catalog.write(async (stores) => {
      const { id, name, tenantId } = await requireAgent(stores, caller, agentId);
      await stores.agents.markDeleted(id, clock.now());
      const keyCount = await stores.apiKeys.deleteOfAgent(id);
      const details = { name, tenant_id: tenantId, key_count: keyCount };
      await audit.record(stores, { caller, action: 'agent.deleted', object: `agent:${id}`, details });
    });
    await this.#removeRuns(agentId);
  }

  /** At start: goes on with what a crash or a full disk has interrupted, then deletes the logs that nobody refers to. */
  async cleanUp(): Promise<void> {
    const { catalog, logFiles, journal } = this.#parts;
    for (const agentId of await catalog.read(({ agents }) => agents.deleted())) await this.#removeRuns(agentId);
    const { deletedCount } = await logFiles.sweep((logIds) =>
      catalog.read(({ backupRuns }) => backupRuns.knownLogs(logIds)),
    );
    if (deletedCount > 0) journal.info({ deletedCount }, 'Logs of agents that belonged to no run were deleted.');
  }

  async #removeRuns(agentId: string): Promise<void> {
    const { catalog, logFiles } = this.#parts;
    for (;;) {
      const { count, logIds } = await catalog.write(async ({ agents, backupRuns }) => {
        const removed = await backupRuns.removeOfAgent(agentId, RUNS_PER_SLICE);
        if (removed.count < RUNS_PER_SLICE) await agents.remove(agentId);
        return removed;
      });
      // One that can't be deleted now is an orphan, which the next start deletes.
      for (const logId of logIds) await logFiles.delete(logId).catch(() => undefined);
      if (count < RUNS_PER_SLICE) return;
    }
  }
}

function tenantFor(caller: Caller, wished: string | null): string {
  if (caller.tenantId === null) return wished ?? DEFAULT_TENANT;
  if (wished !== null && wished !== caller.tenantId) {
    throw new AppError('forbidden', 'tenantId: you can enrol agents into your own tenant only', {
      field: 'tenantId',
      code: 'not_allowed',
    });
  }
  return caller.tenantId;
}
