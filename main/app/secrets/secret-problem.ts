import { AppError } from '../errors/app-error.ts';
import { SecretError } from './ports.ts';

/** A secret's trouble as the API tells it. No message holds a value. What is no SecretError stays what it is. */
export function secretProblem(error: unknown): unknown {
  if (!(error instanceof SecretError)) return error;
  const { code, message } = error;
  const options = { cause: error };
  switch (code) {
    case 'invalid_secret_name':
      return new AppError('invalid_request', message, { field: 'name', code }, options);
    case 'secret_not_found':
      return new AppError('not_found', message, { field: 'name', code }, options);
    case 'secret_too_large':
      return new AppError('payload_too_large', message, { field: 'value', code }, options);
    case 'secret_storage_full':
      return new AppError('storage_full', message, { code }, options);
    case 'secret_unreadable':
      return new AppError('unavailable', message, { code }, options);
  }
}
