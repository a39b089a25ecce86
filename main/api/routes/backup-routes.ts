import type { Access } from '../operation.ts';

/** Sections 4 and 5: no route without a token, loopback or not. */
export const BACKUP_READERS: Access = { roles: ['admin', 'operator', 'viewer'] };
export const BACKUP_OPERATORS: Access = { roles: ['admin', 'operator'] };
export const BACKUP_ADMINS: Access = { roles: ['admin'] };
