import { AuditList, AuditQuery } from '../../../contracts/audit.ts';
import type { StoredAuditEntry } from '../../app/audit/ports.ts';
import type { Catalog } from '../../app/catalog/ports.ts';
import { operation, type Operation } from '../operation.ts';

/** Who did what, when and from where. Admins only. */
export function auditOperations(catalog: Catalog): Operation[] {
  return [
    operation({
      id: 'listAudit',
      method: 'GET',
      path: '/api/v1/audit',
      summary: 'List the audit, newest first',
      tag: 'audit',
      family: 'manager',
      access: { roles: ['admin'] },
      query: AuditQuery,
      responses: { 200: { description: 'The entries that match, and how many there are.', schema: AuditList } },
      handle: async ({ query: { limit, offset, from, to, ...texts } }) => {
        const filter = {
          ...texts,
          ...(from !== undefined && { from: new Date(from) }),
          ...(to !== undefined && { to: new Date(to) }),
        };
        const body = await catalog.read(async ({ audit }) => ({
          entries: (await audit.list(filter, { limit, offset })).map(entryWire),
          total: await audit.count(filter),
        }));
        return { status: 200, body };
      },
    }),
  ];
}

function entryWire({ id, at, actor, action, object, details }: StoredAuditEntry) {
  return { id, at: at.toISOString(), actor, action, object, details };
}
