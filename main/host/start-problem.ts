import { AppError } from '../app/errors/app-error.ts';
import { AlreadyOwned } from './service.ts';
import { SettingsError } from './settings.ts';

const EXPECTED_CODES = new Set([
  'EADDRINUSE',
  'EADDRNOTAVAIL',
  'EACCES',
  'EPERM',
  'ENOSPC',
  'ENOTDIR',
  'EROFS',
  'ENOTFOUND',
]);

/** Whether a start failed for a reason that its message explains, and that the user can do something about. */
export function isStartProblem(error: Error): boolean {
  if (error instanceof AlreadyOwned || error instanceof SettingsError || error instanceof AppError) return true;
  return 'code' in error && typeof error.code === 'string' && EXPECTED_CODES.has(error.code);
}
