import { API_ERRORS, type ApiErrorCode } from '../../../contracts/errors.ts';
import type { Operation } from '../operation.ts';
import type { JsonSchema } from './component-schemas.ts';

const DETAILS: JsonSchema = {
  type: 'object',
  description: 'What exactly, for programs.',
  properties: {
    field: { type: 'string', description: 'A dotted path in the body, or the name of a parameter.' },
    code: { type: 'string' },
  },
};

/** The two forms of an error (api.md, "Errors"). */
export const ERROR_SCHEMAS: Readonly<Record<string, JsonSchema>> = {
  TaskError: {
    type: 'object',
    required: ['error', 'code', 'details'],
    additionalProperties: false,
    properties: {
      error: { type: 'string', description: 'A sentence.', examples: ['Task not registered'] },
      code: { type: 'string', examples: ['task_not_registered'] },
      details: DETAILS,
    },
  },
  ManagerError: {
    type: 'object',
    required: ['error', 'message', 'details'],
    additionalProperties: false,
    properties: {
      error: { type: 'string', description: 'The code.', examples: ['agent_not_found'] },
      message: { type: 'string', description: 'A sentence.' },
      details: DETAILS,
    },
  },
};

/** Statuses that an operation can answer with beside its own, by what it is. */
export function errorStatuses(operation: Operation): number[] {
  const codes: ApiErrorCode[] = ['invalid_request', 'foreign_host', 'unsupported_media_type', 'rate_limited'];
  codes.push('internal_error', 'unavailable');
  if (!operation.access.public) codes.push('unauthenticated');
  if (operation.params) codes.push('not_found');
  if (operation.body ?? operation.rawBody) codes.push('request_timeout', 'payload_too_large');
  if (operation.method !== 'GET') codes.push('conflict', 'unprocessable', 'storage_full');
  const statuses = new Set<number>(codes.map((code) => API_ERRORS[code]));
  return [...statuses].filter((status) => !(status in operation.responses)).sort((a, b) => a - b);
}

/** Codes that share a status, for the description. */
export function codesOf(status: number): string[] {
  return Object.entries(API_ERRORS)
    .filter(([, value]) => value === status)
    .map(([code]) => code);
}
