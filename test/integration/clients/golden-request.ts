import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { RecordedRequest } from '../../support/recording-server.ts';

/** Beside these a client may send what its HTTP library adds; of these it sends exactly what the golden request has. */
const HEADERS = [
  'accept',
  'authorization',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'idempotency-key',
  'transfer-encoding',
  'user-agent',
  'x-guardit-recorded-at',
];

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

export function goldenPath(name: string): string {
  return fileURLToPath(new URL(`golden/${name}.http`, import.meta.url));
}

export function readGolden(name: string): string {
  return readFileSync(goldenPath(name), 'utf8');
}

/** Request line, the headers that matter in alphabetical order, an empty line, the body as it is. */
export function goldenText(request: RecordedRequest): string {
  const headers = HEADERS.filter((name) => name in request.headers).map((name) => {
    const value = request.headers[name] ?? '';
    return `${name}: ${name === 'idempotency-key' && UUID.test(value) ? '<uuid>' : value}`;
  });
  const body = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(request.body);
  return `${request.method} ${request.target} HTTP/1.1\n${headers.join('\n')}\n\n${body}`;
}
