import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { z } from 'zod';
import type { Role } from '../../contracts/access.ts';
import type { ApiErrorCode } from '../../contracts/errors.ts';
import type { Caller } from '../app/access/caller.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** How errors of a route look: sections 1 and 2 of api.md (`tasks`), or sections 3 to 5 (`manager`). */
export type ErrorFamily = 'tasks' | 'manager';

export interface Access {
  /** Needs no caller at all: health, the reference, a login. */
  readonly public?: boolean;
  /** Roles that may call it. Ownership, tenants and bound agents are the use case's to check. */
  readonly roles?: readonly Role[];
  /** Also for a program on this machine without a token, as a local reporter (api.md, section 1). */
  readonly loopback?: boolean;
  /** Also for a script that GuardIT runs, with the token of its run. */
  readonly run?: boolean;
}

export interface ResponseSpec {
  readonly description: string;
  /** JSON. None: no body, or one of another type. */
  readonly schema?: z.ZodType;
  /** Of a body that is no JSON, e.g. `text/event-stream`; several where it depends on what was asked for. */
  readonly contentType?: string | readonly string[];
  /** Headers that mean something to clients, and what. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A header that a handler reads. It documents: the handler looks at the header's value itself. */
export interface HeaderSpec {
  readonly description: string;
  readonly example?: string;
}

/** A streamed request body: any size, read as it comes. */
export interface RawBodySpec {
  readonly contentTypes: readonly string[];
  /** Gives up when nothing arrives for so long. */
  readonly idleTimeoutMs: number;
}

type Parsed<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;

export interface Request<Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** Null only where `access.public` is set. */
  readonly caller: Caller;
  readonly headers: IncomingHttpHeaders;
  /** The request's bytes, where the operation has a `rawBody`; else an empty stream. */
  readonly stream: Readable;
  /** Aborted when the client goes away before the answer is complete. */
  readonly signal: AbortSignal;
  readonly address: string;
}

export interface Reply {
  readonly status: number;
  /** JSON; undefined for none. */
  readonly body?: unknown;
  /** Instead of `body`: bytes of `contentType`. Destroyed when the client goes away. */
  readonly stream?: Readable | Buffer | string;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One route: what checks a request, what documents it and what answers it are the same object. */
export interface OperationSpec<
  Params extends z.ZodType | undefined,
  Query extends z.ZodType | undefined,
  Body extends z.ZodType | undefined,
> {
  /** `operationId` of the OpenAPI document. */
  readonly id: string;
  readonly method: Method;
  /** With `{name}` for parameters. A `+` behind a name, as in `{path+}`, is not supported: use the query. */
  readonly path: string;
  readonly summary: string;
  readonly description?: string;
  readonly tag: string;
  readonly family: ErrorFamily;
  readonly access: Access;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  /** The body may be left out; it is then undefined. */
  readonly bodyOptional?: boolean;
  /** Largest JSON body, 1 MiB unless said. */
  readonly bodyLimitBytes?: number;
  /** Takes snake_case names for the top level's camelCase ones (api.md, section 1). */
  readonly snakeCaseAliases?: boolean;
  readonly rawBody?: RawBodySpec;
  /** Headers that `handle` looks at, by their names as they are usually written. All of them may be left out. */
  readonly headers?: Readonly<Record<string, HeaderSpec>>;
  /** Successful answers, and errors that deserve a sentence. */
  readonly responses: Readonly<Record<number, ResponseSpec>>;
  /**
   * Errors of its own, beside those that every route can give. Not given: whatever can be missing (404) or in the way
   * (409, 422) where there are parameters or something is written.
   */
  readonly errors?: readonly ApiErrorCode[];
  /** Works on a repository while the client waits: whatever can be wrong with one, the engine says so. */
  readonly touchesRepository?: boolean;
  readonly handle: (request: Request<Parsed<Params>, Parsed<Query>, Parsed<Body>>) => Promise<Reply>;
}

// The types of parameters differ from route to route; whoever holds a list of them has checked the input by its schema.
export type Operation = Omit<
  OperationSpec<z.ZodType | undefined, z.ZodType | undefined, z.ZodType | undefined>,
  'handle'
> & {
  readonly handle: (request: Request<unknown, unknown, unknown>) => Promise<Reply>;
};

export function operation<
  Params extends z.ZodType | undefined = undefined,
  Query extends z.ZodType | undefined = undefined,
  Body extends z.ZodType | undefined = undefined,
>(spec: OperationSpec<Params, Query, Body>): Operation {
  // Sound because the dispatcher passes only what `params`, `query` and `body` of this very object have parsed.
  return spec as unknown as Operation;
}
