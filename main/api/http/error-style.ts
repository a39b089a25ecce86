import type { ErrorFamily } from '../operation.ts';

/** How the errors of a route look. */
export interface ErrorStyle {
  readonly family: ErrorFamily;
  /** What a request that breaks its schema is called: seed 4 has a name of its own, for all of /api/v1/. */
  readonly invalid: 'invalid_request' | 'validation_failed';
}

export function errorStyle(path: string, family: ErrorFamily = familyOf(path)): ErrorStyle {
  const isManager = family === 'manager' && path.startsWith('/api/v1/');
  return { family, invalid: isManager ? 'validation_failed' : 'invalid_request' };
}

/** Errors of paths that nobody knows: sections 1 and 2 live under /api/ but not under /api/v1/. */
function familyOf(path: string): ErrorFamily {
  return path.startsWith('/api/') && !path.startsWith('/api/v1/') ? 'tasks' : 'manager';
}
