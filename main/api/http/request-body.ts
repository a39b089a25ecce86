import type { IncomingMessage } from 'node:http';
import getRawBody from 'raw-body';
import { AppError } from '../../app/errors/app-error.ts';
import type { Operation } from '../operation.ts';

const DEFAULT_LIMIT_BYTES = 1024 * 1024;
/** Time for a JSON body to arrive in full: a client that sends a byte now and then must not hold memory for ever. */
const ARRIVAL_TIMEOUT_MS = 30_000;
/** A large one gets more, so that a slow line will do. */
const ARRIVAL_BYTES_PER_MS = 256;
/** Deeper values make recursive code (ours, or a library's) run out of stack. */
const MAX_DEPTH = 64;

export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/**
 * Any body that is not JSON is refused, also where none is wanted: a page in a browser can send a form or plain text across
 * origins without asking, JSON it can't.
 */
export function checkContentType(request: IncomingMessage, operation: Operation): void {
  if (!hasBody(request)) return;
  const type = (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const accepted = operation.rawBody?.contentTypes ?? ['application/json'];
  if (!accepted.includes(type)) {
    throw new AppError('unsupported_media_type', `The body must be ${accepted.join(' or ')}.`, {
      field: 'content-type',
      code: 'unsupported',
    });
  }
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') {
    throw new AppError('unsupported_media_type', `A body with content encoding ${encoding} is not taken.`, {
      field: 'content-encoding',
      code: 'unsupported',
    });
  }
}

/** How large the body is at most, before it is read: 0 for none. Throws `payload_too_large` where that is known by now. */
export function announcedBytes(request: IncomingMessage, operation: Operation): number {
  const length = request.headers['content-length'];
  const limitBytes = limitOf(request, operation);
  if (length !== undefined && Number(length) > limitBytes) throw tooLarge(limitBytes);
  return length === undefined ? (hasBody(request) ? limitBytes : 0) : Number(length);
}

/** A body of unknown length is held to the usual limit, so that it does not keep room that it will never fill. */
function limitOf(request: IncomingMessage, { bodyLimitBytes = DEFAULT_LIMIT_BYTES }: Operation): number {
  return request.headers['content-length'] === undefined
    ? Math.min(bodyLimitBytes, DEFAULT_LIMIT_BYTES)
    : bodyLimitBytes;
}

/** Reads a JSON body up to the operation's limit. Undefined for none. */
export async function readJsonBody(request: IncomingMessage, operation: Operation): Promise<unknown> {
  if (!hasBody(request)) return undefined;
  const bytes = await readBytes(request, limitOf(request, operation));
  if (bytes.length === 0) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    const reason = error instanceof SyntaxError ? withoutExcerpt(error.message) : 'it is not UTF-8';
    throw new AppError('invalid_json', `The body is not valid JSON: ${reason}.`, {
      field: 'body',
      code: 'invalid_json',
    });
  }
  if (isDeeperThan(value, MAX_DEPTH)) {
    throw new AppError('invalid_json', `The body is nested deeper than ${MAX_DEPTH} levels.`, {
      field: 'body',
      code: 'too_deep',
    });
  }
  return value;
}

/** V8 quotes what stands around a defect, which may be a password. */
function withoutExcerpt(message: string): string {
  return message.replace(/(?:, )?(?:\.{3})?"[^]*"(?:\.{3})? is not valid JSON$/, '') || 'it can not be understood';
}

async function readBytes(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  const length = request.headers['content-length'];
  const timeoutMs = ARRIVAL_TIMEOUT_MS + Math.floor(Number(length ?? 0) / ARRIVAL_BYTES_PER_MS);
  let timer: NodeJS.Timeout | undefined;
  // The request is not destroyed: its socket would go with it, and the client would not see the answer.
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new LateBody()), timeoutMs);
  });
  const body = getRawBody(request, { limit: limitBytes, ...(length === undefined ? {} : { length }) });
  body.catch(() => undefined);
  try {
    return await Promise.race([body, late]);
  } catch (error) {
    throw bodyError(error, limitBytes);
  } finally {
    clearTimeout(timer);
  }
}

class LateBody extends Error {}

function bodyError(error: unknown, limitBytes: number): unknown {
  if (error instanceof LateBody) return new AppError('request_timeout', 'The body did not arrive in time.');
  const type = error instanceof Error && 'type' in error ? error.type : undefined;
  if (type === 'entity.too.large') return tooLarge(limitBytes);
  if (type === 'request.aborted' || type === 'request.size.invalid') {
    return new AppError('invalid_request', 'The body ended before its announced length.', {
      field: 'body',
      code: 'incomplete',
    });
  }
  return error;
}

function tooLarge(limitBytes: number): AppError {
  const details = { field: 'body', code: 'too_large', limit_bytes: limitBytes };
  return new AppError('payload_too_large', `The body is larger than ${limitBytes} bytes.`, details);
}

/** Without recursion: that is what it is to protect from. */
function isDeeperThan(value: unknown, maxDepth: number): boolean {
  let level: object[] = typeof value === 'object' && value !== null ? [value] : [];
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > maxDepth) return true;
    level = level.flatMap((item) =>
      Object.values(item).filter((child): child is object => typeof child === 'object' && child !== null),
    );
  }
  return false;
}

/** Destroys a streamed body that stalls. The returned function ends the watch. */
export function watchStalls(request: IncomingMessage, idleTimeoutMs: number): () => void {
  let timer: NodeJS.Timeout;
  const restart = () => {
    clearTimeout(timer);
    timer = setTimeout(
      () => request.destroy(new AppError('request_timeout', 'The body stopped arriving.')),
      idleTimeoutMs,
    );
  };
  // Not 'data': a listener would start the flow before anybody reads.
  request.on('readable', restart);
  restart();
  return () => {
    clearTimeout(timer);
    request.off('readable', restart);
  };
}

/** What a refused request may still send before its connection is cut. */
const DRAIN_BYTES = 64 * 1024 * 1024;
const DRAIN_MS = 10_000;

/**
 * Reads on what a refused request still sends: most clients look at the answer only when they have sent everything, and a
 * connection that is closed before that takes the answer with it.
 */
export function drain(request: IncomingMessage): void {
  // Its connection is gone, and nothing will end the timer.
  if (request.destroyed) return;
  // Takes the connection along, where the request still has one: its `socket` may be null by then.
  const cut = () => request.destroy();
  const timer = setTimeout(cut, DRAIN_MS);
  let leftBytes = DRAIN_BYTES;
  request.unpipe();
  request.on('data', (part: Buffer) => {
    leftBytes -= part.length;
    if (leftBytes < 0) cut();
  });
  request.once('close', () => clearTimeout(timer));
  request.resume();
}
