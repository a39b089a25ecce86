import { readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { rootCertificates } from 'node:tls';
import { Agent, request, type Dispatcher } from 'undici';
import type { z } from 'zod';
import { ServiceError } from './service-error.ts';

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** How to get to a service. */
export interface Reach {
  /** Scheme, host and port. */
  readonly url: string;
  /** PEM; certificates that are believed beside the usual ones. */
  readonly caFile?: string | undefined;
  /** What to say when nobody answers: how to start it. */
  readonly hint: string;
  readonly signal: AbortSignal;
}

export interface ClientOptions extends Reach {
  /** Null: as a script of this machine that nobody knows. */
  readonly token: string | null;
}

export interface ForwardedRequest {
  readonly method: string;
  /** With its query, from the first slash on. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Readable | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface ForwardedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Readable;
}

const CONNECT_TIMEOUT_MS = 5_000;
const ANSWER_TIMEOUT_MS = 60_000;
/** More than any JSON answer has; a server that sends without end is not ours. */
const MAX_ANSWER_BYTES = 256 * 1024 ** 2;

/** Speaks with a running service. Redirects are not followed: GuardIT sends none, and the token is for nobody else. */
export class ServiceClient {
  readonly url: string;
  readonly #token: string | null;
  readonly #signal: AbortSignal;
  readonly #hint: string;
  readonly #agent: Agent;

  constructor({ url, token, caFile, hint, signal }: ClientOptions) {
    this.url = url.replace(/\/+$/, '');
    this.#token = token;
    this.#signal = signal;
    this.#hint = hint;
    const ca = caFile === undefined ? undefined : [...rootCertificates, readCertificates(caFile)];
    this.#agent = new Agent({
      connect: { timeout: CONNECT_TIMEOUT_MS, ...(ca ? { ca } : {}) },
      headersTimeout: ANSWER_TIMEOUT_MS,
      bodyTimeout: ANSWER_TIMEOUT_MS,
    });
  }

  async get<Schema extends z.ZodType>(path: string, schema: Schema, query: Query = {}): Promise<z.output<Schema>> {
    return parse(schema, await this.#json('GET', path, { query }), this.url);
  }

  /** The same where the service may answer 503 with a body of the usual form: health. */
  async getWhateverStatus<Schema extends z.ZodType>(path: string, schema: Schema): Promise<z.output<Schema>> {
    return parse(schema, await this.#json('GET', path, { accept: [503] }), this.url);
  }

  async send<Schema extends z.ZodType>(
    method: 'POST' | 'PUT',
    path: string,
    schema: Schema,
    body?: object,
  ): Promise<z.output<Schema>> {
    return parse(schema, await this.#json(method, path, { body }), this.url);
  }

  /** For answers that say no more than that it is done. */
  async order(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: object): Promise<void> {
    await this.#json(method, path, { body });
  }

  /** The bytes of a body that may come slowly and without end. */
  async stream(path: string, query: Query = {}): Promise<AsyncIterable<Uint8Array>> {
    const reply = await this.#request('GET', path, { query, bodyTimeoutMs: 0 });
    if (reply.statusCode !== 200) throw refusalOf(reply.statusCode, await this.#read(reply), this.url);
    return bytesOf(reply.body, this.#signal, this.url);
  }

  /**
   * Passes a request of somebody else on, with this client's token, and gives the answer as it comes: any status, any body, also one
   * without end. `signal` ends it early, beside the client's own.
   */
  async forward({ method, path, headers, body, signal }: ForwardedRequest): Promise<ForwardedAnswer> {
    try {
      const { statusCode, ...reply } = await request(new URL(this.url + path), {
        method,
        dispatcher: this.#agent,
        signal: AbortSignal.any([this.#signal, ...(signal ? [signal] : [])]),
        bodyTimeout: 0,
        headers: { ...headers, ...(this.#token === null ? {} : { authorization: `Bearer ${this.#token}` }) },
        ...(body ? { body } : {}),
      });
      return { status: statusCode, headers: reply.headers, body: reply.body };
    } catch (error) {
      throw this.#failure(error);
    }
  }

  /** Ends idle connections and whatever still runs. */
  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  async #json(
    method: Dispatcher.HttpMethod,
    path: string,
    options: { query?: Query; body?: object | undefined; accept?: readonly number[] },
  ): Promise<unknown> {
    const reply = await this.#request(method, path, options);
    const { statusCode } = reply;
    const text = await this.#read(reply);
    const isGood = (statusCode >= 200 && statusCode < 300) || (options.accept ?? []).includes(statusCode);
    if (!isGood) throw refusalOf(statusCode, text, this.url);
    if (text === '') return undefined;
    const value = jsonOf(text);
    if (value === undefined) throw notGuardIT(this.url);
    return value;
  }

  async #request(
    method: Dispatcher.HttpMethod,
    path: string,
    {
      query = {},
      body,
      bodyTimeoutMs = ANSWER_TIMEOUT_MS,
    }: { query?: Query; body?: object | undefined; bodyTimeoutMs?: number },
  ): Promise<Dispatcher.ResponseData> {
    const url = new URL(this.url + path);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    try {
      return await request(url, {
        method,
        dispatcher: this.#agent,
        signal: this.#signal,
        bodyTimeout: bodyTimeoutMs,
        headers: {
          accept: 'application/json, text/plain',
          ...(this.#token === null ? {} : { authorization: `Bearer ${this.#token}` }),
          ...(body ? { 'content-type': 'application/json' } : {}),
        },
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
    } catch (error) {
      throw this.#failure(error);
    }
  }

  async #read({ body }: Dispatcher.ResponseData): Promise<string> {
    const pieces: Uint8Array[] = [];
    let size = 0;
    try {
      for await (const piece of body as AsyncIterable<Uint8Array>) {
        size += piece.length;
        if (size > MAX_ANSWER_BYTES) throw notGuardIT(this.url);
        pieces.push(piece);
      }
    } catch (error) {
      throw error instanceof ServiceError ? error : this.#failure(error);
    }
    return Buffer.concat(pieces).toString('utf8');
  }

  #failure(error: unknown): unknown {
    // Whoever asked us to stop knows why.
    return this.#signal.aborted ? this.#signal.reason : unreachable(this.url, error, this.#hint);
  }
}

async function* bytesOf(body: Dispatcher.ResponseData['body'], signal: AbortSignal, url: string) {
  try {
    yield* body as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw signal.aborted
      ? signal.reason
      : new ServiceError('unreachable', `${url} broke the answer off.`, { cause: error });
  }
}

function readCertificates(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ServiceError('untrusted', `The file of certificates ${path} can't be read: ${reason}`);
  }
}

function parse<Schema extends z.ZodType>(schema: Schema, value: unknown, url: string): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const where = issue?.path.length ? ` (${issue.path.map(String).join('.')}: ${issue.message})` : '';
  throw new ServiceError(
    'unexpected',
    `The answer of ${url} is not what this version of GuardIT understands${where}. Compare the versions: guardit --version, ${url}/health.`,
  );
}

function jsonOf(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

function notGuardIT(url: string): ServiceError {
  return new ServiceError('unexpected', `What answers at ${url} is not GuardIT.`);
}

/** An error body of either family (api.md, "Errors"). */
function refusalOf(status: number, text: string, url: string): ServiceError {
  const body = jsonOf(text);
  if (typeof body !== 'object' || body === null || !('error' in body) || typeof body.error !== 'string') {
    return notGuardIT(url);
  }
  const isTasksFamily = 'code' in body && typeof body.code === 'string';
  const code = isTasksFamily ? String(body.code) : body.error;
  const message = !isTasksFamily && 'message' in body ? String(body.message) : body.error;
  const details = 'details' in body ? body.details : undefined;
  return new ServiceError('refused', sentence(message), { refusal: { status, code, details } });
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'its name can not be looked up right now',
  EHOSTUNREACH: 'there is no way to that host',
  ENETUNREACH: 'there is no way to that network',
  UND_ERR_CONNECT_TIMEOUT: 'it does not answer in time',
  UND_ERR_HEADERS_TIMEOUT: 'it does not answer in time',
  UND_ERR_BODY_TIMEOUT: 'it does not answer in time',
  UND_ERR_SOCKET: 'it broke the connection off',
  ECONNRESET: 'it broke the connection off',
};

function unreachable(url: string, cause: unknown, startHint: string): ServiceError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const reason = REASONS[code] ?? (cause instanceof Error ? cause.message : String(cause));
  const isCertificate = /CERT|SELF_SIGNED|ALTNAME|ISSUER|VERIFY/.test(code);
  const hint = isCertificate ? '--ca-file names certificates to believe.' : startHint;
  const message = `GuardIT can't be reached at ${url}: ${reason.replace(/[.]$/, '')}. ${hint}`.trimEnd();
  return new ServiceError('unreachable', message, { cause });
}
