import { AppError } from '../errors/app-error.ts';
import { foldUserName } from './user-name.ts';

/** Keyboards differ in how they compose a letter; the person typed the same password. */
export function foldPassword(password: string): string {
  return password.normalize('NFKC');
}

/** Length is the schema's. `field` names the field of the request for the message. */
export function checkNewPassword(password: string, usernameKey: string, field: string): void {
  if (foldUserName(password) === usernameKey) {
    throw new AppError('invalid_request', `${field}: must not be the user name`, { field, code: 'too_simple' });
  }
  if (new Set(password).size < 4) {
    throw new AppError('invalid_request', `${field}: needs at least 4 different characters`, {
      field,
      code: 'too_simple',
    });
  }
}
