import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type Koa from 'koa';
import type { Reply } from '../operation.ts';

/** Writes a reply. JSON that was asked for with GET gets an ETag, and 304 when the client has it already. */
export function sendReply(context: Koa.Context, reply: Reply): void {
  context.status = reply.status;
  for (const [name, value] of Object.entries(reply.headers ?? {})) context.set(name, value);
  if (reply.stream !== undefined) {
    context.set('content-type', reply.contentType ?? 'application/octet-stream');
    context.body = reply.stream instanceof Readable ? reply.stream : Buffer.from(reply.stream);
    return;
  }
  if (reply.body === undefined) {
    context.body = null;
    // Koa turns a null body into 204.
    context.status = reply.status;
    return;
  }
  const text = JSON.stringify(reply.body);
  context.set('content-type', 'application/json; charset=utf-8');
  if (!context.response.get('cache-control')) context.set('cache-control', 'no-store');
  if ((context.method === 'GET' || context.method === 'HEAD') && reply.status === 200) {
    context.set('cache-control', 'private, no-cache');
    context.set('etag', `"${createHash('sha256').update(text).digest('base64url').slice(0, 27)}"`);
    if (context.fresh) {
      context.status = 304;
      context.body = null;
      return;
    }
  }
  context.body = text;
}
