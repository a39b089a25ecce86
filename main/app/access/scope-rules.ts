import type { Role } from '../../../contracts/access.ts';
import type { Stores } from '../catalog/ports.ts';
import { AppError } from '../errors/app-error.ts';

/**
 * Which tenant a user or a key may have. An admin has none: whoever edits script tasks is as good as the account that runs
 * GuardIT (windows.md), which belongs to no tenant.
 */
export async function checkTenant(stores: Pick<Stores, 'tenants'>, role: Role, tenantId: string | null): Promise<void> {
  if (tenantId === null) return;
  if (role === 'admin') {
    throw new AppError('invalid_request', 'tenantId: an admin is for the whole installation', {
      field: 'tenantId',
      code: 'not_for_admins',
    });
  }
  if ((await stores.tenants.find(tenantId)) === null) {
    throw new AppError('invalid_request', `tenantId: there is no tenant ${tenantId}`, {
      field: 'tenantId',
      code: 'not_found',
    });
  }
}
