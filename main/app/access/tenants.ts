import type { AuditLog } from '../audit/audit-log.ts';
import type { Catalog } from '../catalog/ports.ts';
import type { Clock } from '../clock/ports.ts';
import { AppError } from '../errors/app-error.ts';
import type { Caller } from './caller.ts';
import type { TenantRecord } from './ports.ts';

/** Isolation boundaries of agents, policies and their runs. `default` is always there. */
export class Tenants {
  readonly #parts: { readonly catalog: Catalog; readonly clock: Clock; readonly audit: AuditLog };

  constructor(parts: { catalog: Catalog; clock: Clock; audit: AuditLog }) {
    this.#parts = parts;
  }

  async list(): Promise<TenantRecord[]> {
    return this.#parts.catalog.read(({ tenants }) => tenants.list());
  }

  async create(caller: Caller, { id, name }: { id: string; name: string }): Promise<TenantRecord> {
    const { catalog, clock, audit } = this.#parts;
    const tenant: TenantRecord = { id, name, createdAt: clock.now() };
    await catalog.write(async (stores) => {
      if (!(await stores.tenants.insert(tenant))) {
        throw new AppError('conflict', 'There is a tenant of this id or name already.', { field: 'id', code: 'taken' });
      }
      await audit.record(stores, { caller, action: 'tenant.created', object: `tenant:${id}`, details: { name } });
    });
    return tenant;
  }
}
