import { AppError } from '../errors/app-error.ts';
import type { Caller } from './caller.ts';

/** For what belongs to the whole installation: nobody of a tenant sees it. */
export function requireInstallation(caller: Pick<Caller, 'tenantId'>): void {
  if (caller.tenantId === null) return;
  throw new AppError(
    'forbidden',
    'Backups belong to the whole installation: nobody of a tenant may see or touch them.',
  );
}
