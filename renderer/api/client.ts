import type { z } from 'zod';
import { ApiError, refusalOf } from './api-error.ts';
import { takeEarlyAnswer } from './early-answers.ts';

/** A list gives its name once for each. */
export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | null | undefined>>;

export interface Call<Schema extends z.ZodType> {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly query?: Query;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** What the answer must be. Left out: its body is not looked at. */
  readonly reply?: Schema;
  readonly signal?: AbortSignal;
}

/** Told of each answer that says that nobody is logged in. */
let onSignedOut: () => void = () => undefined;
export function whenSignedOut(callback: () => void): void {
  onSignedOut = callback;
}

/**
 * Calls the API. The login travels as a cookie (in Electron the main process adds a token): no code here ever holds a secret.
 * Answers are parsed by the schemas of contracts: what the pages get is what their types say. Throws ApiError.
 */
export async function call<Schema extends z.ZodType>(
  path: string,
  options: Call<Schema> = {},
): Promise<z.output<Schema>> {
  const { method = 'GET', query, body, reply, signal } = options;
  const response = await send(path + queryText(query), {
    method,
    ...(signal && { signal }),
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  if (!reply) return undefined as z.output<Schema>;
  const parsed = reply.safeParse(await jsonOf(response));
  if (parsed.success) return parsed.data;
  const message = `${method} ${path} answered something unexpected: ${parsed.error.issues[0]?.path.join('.') ?? ''}`;
  throw new ApiError({ status: response.status, code: 'strange_answer', message });
}

/** As `fetch`, but every refusal is thrown. For answers that are no JSON: logs, streams. */
export async function send(path: string, init: RequestInit = {}): Promise<Response> {
  let response: Response;
  try {
    response = await (takeEarlyAnswer(path, init) ?? fetch(path, { credentials: 'same-origin', ...init }));
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new ApiError({ status: 0, code: 'no_answer', message: 'The service does not answer.' });
  }
  if (response.ok) return response;
  if (response.status === 401 && !path.startsWith('/api/auth/se')) onSignedOut();
  throw refusalOf(response.status, await jsonOf(response), response.headers.get('retry-after'));
}

async function jsonOf(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    return undefined;
  }
}

export function queryText(query: Query = {}): string {
  const parts = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === null || value === '') continue;
    if (typeof value === 'object') for (const one of value) parts.append(name, one);
    else parts.set(name, String(value));
  }
  const text = parts.toString();
  return text === '' ? '' : `?${text}`;
}

/** One part of a path: a task's id may have slashes and blanks. */
export function pathPart(text: string): string {
  return encodeURIComponent(text);
}
