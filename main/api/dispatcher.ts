import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import type Koa from 'koa';
import type { Caller } from '../app/access/caller.ts';
import { AppError } from '../app/errors/app-error.ts';
import { BodyBudget } from './http/body-budget.ts';
import { errorReply, type ReportUnexpected } from './http/error-reply.ts';
import { errorStyle } from './http/error-style.ts';
import { announcedBytes, checkContentType, drain, hasBody, readJsonBody, watchStalls } from './http/request-body.ts';
import { Router, type Match } from './http/router.ts';
import { sendReply } from './http/send-reply.ts';
import { queryOf, validate, withoutAliases } from './http/validation.ts';
import type { Access, Operation, Reply } from './operation.ts';

export interface DispatcherParts {
  readonly operations: readonly Operation[];
  /** Refuses by throwing: a foreign Host or Origin. Runs before anything else looks at the request. */
  readonly guard: (request: IncomingMessage) => void;
  /** Who asks. Null: nobody, without a token and not from this machine. Throws `unauthenticated` for a bad token. */
  readonly authenticate: (request: IncomingMessage) => Promise<Caller | null>;
  /** Throws `rate_limited`. `caller` is null before a login. */
  readonly limitRate: (request: IncomingMessage, caller: Caller | null, operation: Operation) => Promise<void>;
  readonly reportUnexpected: ReportUnexpected;
  /** Told of every answer, for logs and metrics; `operation` is null where no route matched. */
  readonly observe: (observed: ObservedRequest) => void;
  /** Checks successful JSON answers against their schemas. For tests: a wrong one becomes a 500. */
  readonly checkReplies?: boolean;
  /** Bytes of JSON bodies that may be in memory at once; one of its own unless given. */
  readonly bodyBudget?: BodyBudget;
  /** Answers what no route does: the user interface. Null: nothing of its own either. */
  readonly pages?: (request: IncomingMessage, path: string) => Promise<Reply | null>;
}

export interface ObservedRequest {
  readonly operation: Operation | null;
  readonly method: string;
  readonly status: number;
  /** The code of an error's answer; null for any other answer. */
  readonly errorCode: string | null;
  readonly durationMs: number;
  readonly caller: Caller | null;
}

const NOBODY: Caller = { kind: 'loopback', id: '-', name: 'nobody', role: 'viewer', tenantId: null, address: '' };

/** A request's way: guard, route, caller, permission, rate, content type, schema, handler, answer. */
export class Dispatcher {
  readonly #parts: DispatcherParts;
  readonly #router: Router;
  readonly #bodyBudget: BodyBudget;

  constructor(parts: DispatcherParts) {
    this.#parts = parts;
    this.#bodyBudget = parts.bodyBudget ?? new BodyBudget();
    this.#router = new Router(parts.operations);
  }

  async dispatch(context: Koa.Context): Promise<void> {
    const startMs = performance.now();
    const { req } = context;
    const seen: { operation: Operation | null; caller: Caller | null } = { operation: null, caller: null };
    let reply: Reply;
    let errorCode: string | null = null;
    try {
      this.#parts.guard(req);
      reply = (await this.#page(context)) ?? (await this.#answer(context, seen));
    } catch (error) {
      const style = errorStyle(seen.operation?.path ?? context.path, seen.operation?.family);
      ({ reply, code: errorCode } = errorReply(error, style, this.#parts.reportUnexpected));
      if (!req.complete) drain(req);
    }
    sendReply(context, reply);
    const durationMs = performance.now() - startMs;
    this.#parts.observe({ ...seen, method: context.method, status: context.status, errorCode, durationMs });
  }

  /** Routes win: a path of the API is never a page. */
  async #page({ req, method, path }: Koa.Context): Promise<Reply | null> {
    if (!this.#parts.pages || (method !== 'GET' && method !== 'HEAD') || this.#router.match(method, path)) return null;
    return this.#parts.pages(req, path);
  }

  async #answer(context: Koa.Context, seen: { operation: Operation | null; caller: Caller | null }): Promise<Reply> {
    const { req } = context;
    const { operation, params } = this.#route(context);
    seen.operation = operation;
    const caller = operation.access.public ? null : await this.#parts.authenticate(req);
    seen.caller = caller;
    if (!operation.access.public) checkAccess(operation.access, caller);
    await this.#parts.limitRate(req, caller, operation);
    checkContentType(req, operation);
    const search = new URLSearchParams(context.querystring);
    const stopWatching =
      operation.rawBody && hasBody(req) ? watchStalls(req, operation.rawBody.idleTimeoutMs) : undefined;
    const signal = abortedWith(context);
    // Held until the answer is ready: the parsed body lives as long.
    const releaseBody = await this.#bodyBudget.admit(operation.rawBody ? 0 : announcedBytes(req, operation), signal);
    try {
      const reply = await operation.handle({
        params: validate(operation.params, params, 'path', errorStyle(operation.path, operation.family)),
        query: validate(
          operation.query,
          queryOf(search, operation.query),
          'query',
          errorStyle(operation.path, operation.family),
        ),
        body: await this.#body(req, operation),
        caller: caller ?? { ...NOBODY, address: addressOf(req) },
        headers: req.headers,
        stream: operation.rawBody ? req : Readable.from([]),
        signal,
        address: addressOf(req),
      });
      if (this.#parts.checkReplies) checkReply(operation, reply);
      return reply;
    } finally {
      releaseBody();
      stopWatching?.();
    }
  }

  #route(context: Koa.Context): Match {
    const { path, method } = context;
    const match = this.#router.match(method, path);
    if (match) return match;
    const allowed = this.#router.methodsOf(path);
    if (!isDecodable(path)) throw new AppError('invalid_request', 'path: a % that is no percent-encoding must be %25');
    if (allowed.length === 0) throw new AppError('not_found', `There is nothing at ${path.slice(0, 200)}.`);
    context.set('allow', allowed.join(', '));
    throw new AppError('method_not_allowed', `${method} is not possible here, only ${allowed.join(', ')}.`);
  }

  async #body(request: IncomingMessage, operation: Operation): Promise<unknown> {
    if (operation.rawBody) return undefined;
    const value = await readJsonBody(request, operation);
    if (!operation.body) return undefined;
    if (value === undefined && operation.bodyOptional) return undefined;
    if (value === undefined) {
      throw new AppError('invalid_request', 'body: a JSON body is needed', { field: 'body', code: 'missing' });
    }
    const style = errorStyle(operation.path, operation.family);
    return validate(operation.body, withoutAliases(value, operation), 'body', style);
  }
}

function checkAccess(access: Access, caller: Caller | null): void {
  if (!caller) throw new AppError('unauthenticated', 'A token is needed: Authorization: Bearer …');
  if (caller.kind === 'loopback' && !access.loopback) {
    throw new AppError('unauthenticated', 'A token is needed here, also from this machine.');
  }
  if (caller.kind === 'run') {
    if (!access.run) throw new AppError('forbidden', 'The token of a run can only report on its own task.');
    return;
  }
  if (caller.kind === 'loopback' || access.roles?.includes(caller.role)) return;
  throw new AppError('forbidden', `The role ${caller.role} may not do this.`);
}

function checkReply(operation: Operation, { status, body, stream }: Reply): void {
  const spec = operation.responses[status];
  if (!spec) throw new Error(`${operation.id} answered ${status}, which it does not document.`);
  // What is sent as it is read can't be looked at before.
  if (stream !== undefined) return;
  const result = spec.schema?.safeParse(body);
  if (result && !result.success) {
    throw new Error(`${operation.id} broke the schema of its own answer: ${result.error.message}`);
  }
}

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

function addressOf(request: IncomingMessage): string {
  return request.socket.remoteAddress ?? '';
}

function abortedWith({ res }: Koa.Context): AbortSignal {
  const controller = new AbortController();
  res.once('close', () => {
    if (!res.writableFinished) controller.abort();
  });
  return controller.signal;
}
