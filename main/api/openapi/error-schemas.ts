import { API_ERRORS, type ApiErrorCode } from '../../../contracts/errors.ts';
import { ERROR_FACES } from '../../app/errors/error-faces.ts';
import { errorStyle } from '../http/error-style.ts';
import type { ErrorFamily, Operation } from '../operation.ts';
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
  ManagerError: {
    type: 'object',
    required: ['error', 'message', 'details'],
    additionalProperties: false,
    properties: {
      error: { type: 'string', description: 'The code.', examples: ['agent_not_found'] },
      message: { type: 'string', description: 'A sentence.', examples: ['There is no such agent.'] },
      details: DETAILS,
    },
  },
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
};

export const ERROR_HEADERS: Readonly<Record<string, JsonSchema>> = {
  RetryAfter: { description: 'After how many seconds it is worth asking again.', schema: { type: 'integer' } },
  WwwAuthenticate: { description: 'How to say who asks.', schema: { type: 'string' } },
};

/** Whatever is asked for. */
export const EVERYWHERE: readonly ApiErrorCode[] = [
  'invalid_request',
  'invalid_json',
  'foreign_host',
  'foreign_origin',
  'request_timeout',
  'payload_too_large',
  'unsupported_media_type',
  'rate_limited',
  'internal_error',
  'unavailable',
  'catalog_damaged',
];

/** What an operation that says nothing of its errors may answer with, beside what every one can. */
const UNSAID = { withParameters: [404], writing: [409, 422] } as const;

/** The errors that an operation can answer with: codes by their status. */
export function errorAnswers(operation: Operation): ReadonlyMap<number, readonly string[]> {
  const { access, method, errors, params, touchesRepository } = operation;
  const { invalid } = errorStyle(operation.path, operation.family);
  const asNamed = (code: ApiErrorCode) => (code === 'invalid_request' ? invalid : code);
  const codes = new Set<ApiErrorCode>(EVERYWHERE.map(asNamed));
  if (!access.public) codes.add('unauthenticated').add('forbidden');
  if (method !== 'GET') codes.add('storage_full');
  for (const code of errors ?? []) codes.add(asNamed(code));
  if (!errors) {
    const statuses = [...(params ? UNSAID.withParameters : []), ...(method === 'GET' ? [] : UNSAID.writing)];
    for (const status of statuses) for (const code of codesOf(status)) codes.add(code);
  }
  // An error that is only described counts as well.
  for (const [status, { schema, contentType }] of Object.entries(operation.responses)) {
    const isBare = Number(status) >= 400 && !schema && contentType === undefined;
    if (isBare) for (const code of codesOf(Number(status))) codes.add(code);
  }
  return byStatus(codes, touchesRepository ?? false);
}

function byStatus(codes: ReadonlySet<ApiErrorCode>, withEngine: boolean): ReadonlyMap<number, readonly string[]> {
  const statuses = new Map<number, string[]>();
  const add = (code: string, status: number) => {
    const known = statuses.get(status) ?? [];
    if (!known.includes(code)) statuses.set(status, [...known, code]);
  };
  // In the tables' order, so that the document does not depend on who asked first.
  for (const [code, status] of Object.entries(API_ERRORS) as [ApiErrorCode, number][]) {
    if (codes.has(code)) add(code, status);
  }
  if (withEngine) for (const { api, http } of Object.values(ERROR_FACES)) add(api, http);
  return new Map([...statuses].sort(([a], [b]) => a - b));
}

function codesOf(status: number): ApiErrorCode[] {
  return (Object.keys(API_ERRORS) as ApiErrorCode[]).filter((code) => API_ERRORS[code] === status);
}

/** The answer of one status, with the codes that it can carry. */
export function errorResponse(family: ErrorFamily, status: number, codes: readonly string[], about = ''): JsonSchema {
  const [name, field] = family === 'tasks' ? ['TaskError', 'code'] : ['ManagerError', 'error'];
  const schema = { $ref: `#/components/schemas/${name}`, properties: { [field]: { enum: codes } } };
  const list = codes.map((code) => `\`${code}\``).join(', ');
  const headers = headersOf(status);
  return {
    description: about === '' ? list : `${about} (${list})`,
    ...(headers ? { headers } : {}),
    content: { 'application/json': { schema } },
  };
}

function headersOf(status: number): JsonSchema | null {
  if (status === 401) return { 'WWW-Authenticate': { $ref: '#/components/headers/WwwAuthenticate' } };
  if (status === 429) return { 'Retry-After': { $ref: '#/components/headers/RetryAfter' } };
  return null;
}
