import {
  LOCATION_SCHEMAS,
  LocalLocation,
  OPENABLE_KINDS,
  type RepositoryKind,
} from '../../../contracts/repositories.ts';
import { AppError } from '../errors/app-error.ts';
import type { RepositoryRecord } from './ports.ts';

/** What the kind's own schema makes of a location. Throws `unprocessable` for kinds that can't be opened yet. */
export function checkedLocation(kind: RepositoryKind, location: Record<string, unknown>): Record<string, unknown> {
  const schema = LOCATION_SCHEMAS[kind];
  if (!schema) {
    const message = `Repositories of the kind ${kind} are not supported yet. Supported: ${OPENABLE_KINDS.join(', ')}.`;
    throw new AppError('unprocessable', message, { field: 'kind', code: 'not_supported', supported: OPENABLE_KINDS });
  }
  const result = schema.safeParse(location);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const field = ['location', ...(issue?.path ?? [])].join('.');
  throw new AppError('invalid_request', `${field}: ${issue?.message ?? 'invalid'}`, { field, code: 'invalid' });
}

/** As the engine writes it. */
export function engineLocation({ kind, location }: Pick<RepositoryRecord, 'kind' | 'location'>): string {
  const local = kind === 'local' ? LocalLocation.safeParse(location).data : undefined;
  if (local) return local.path;
  throw new AppError('unprocessable', `Repositories of the kind ${kind} can't be opened by this version of GuardIT.`);
}
