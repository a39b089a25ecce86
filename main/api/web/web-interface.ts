import { createHash, randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Reply } from '../operation.ts';
import { CONTENT_TYPES, isText } from './content-types.ts';
import { pagePolicy } from './page-policy.ts';

const NONCE_PLACE = '__CSP_NONCE__';
/** Paths of programs: a mistake there is a JSON 404, also in a browser. */
const API_PATHS = /^\/(?:api|agents|docs|openapi\.json|health|metrics)(?:\/|$)/;
const COMPRESSED_FROM_BYTES = 1_024;

interface WebFile {
  readonly type: string;
  readonly etag: string;
  readonly bytes: Buffer;
  readonly encoded: Map<'br' | 'gzip', Promise<Buffer>>;
}

/**
 * Serves the user interface to browsers. It knows its files from the start: a path is looked up among their names, never given
 * to the file system, so no path leads elsewhere. They carry nothing that anybody may not see.
 */
export class WebInterface {
  readonly #folder: string;
  readonly #names: ReadonlySet<string>;
  readonly #files = new Map<string, Promise<WebFile>>();

  /** A folder that is not there, in a checkout that was never built, has no files: everything is a 404 then. */
  constructor(folder: string) {
    this.#folder = folder;
    this.#names = new Set(namesIn(folder));
  }

  /** Null: nothing of ours. */
  async find(request: IncomingMessage, path: string): Promise<Reply | null> {
    if ((request.method !== 'GET' && request.method !== 'HEAD') || API_PATHS.test(path)) return null;
    const name = path.slice(1);
    if (name !== 'index.html' && this.#names.has(name)) return this.#file(request, name);
    const isPage = extname(path) === '' && (path === '/' || acceptsHtml(request));
    return isPage && this.#names.has('index.html') ? this.#page() : null;
  }

  /** Every answer has a nonce of its own, so none is kept. */
  async #page(): Promise<Reply> {
    const { bytes, type } = await this.#load('index.html');
    const nonce = randomBytes(18).toString('base64');
    return {
      status: 200,
      stream: bytes.toString('utf8').replaceAll(NONCE_PLACE, nonce),
      contentType: type,
      headers: {
        'cache-control': 'no-store',
        'content-security-policy': pagePolicy(nonce),
        'cross-origin-opener-policy': 'same-origin',
        'permissions-policy': 'camera=(), geolocation=(), microphone=()',
      },
    };
  }

  async #file({ headers }: IncomingMessage, name: string): Promise<Reply> {
    const file = await this.#load(name);
    const common = {
      etag: file.etag,
      vary: 'accept-encoding',
      // Vite names assets by their contents.
      'cache-control': name.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
    };
    if (headers['if-none-match']?.split(/\s*,\s*/).includes(file.etag)) return { status: 304, headers: common };
    const encoding = encodingFor(file, headers['accept-encoding']);
    if (!encoding) return { status: 200, stream: file.bytes, contentType: file.type, headers: common };
    const stream = await encoded(file, encoding);
    return { status: 200, stream, contentType: file.type, headers: { ...common, 'content-encoding': encoding } };
  }

  #load(name: string): Promise<WebFile> {
    let file = this.#files.get(name);
    if (!file) this.#files.set(name, (file = readWebFile(this.#folder, name)));
    return file;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && CONTENT_TYPES[extname(entry.name)] !== undefined)
      .map((entry) =>
        join(entry.parentPath, entry.name)
          .slice(folder.length + 1)
          .replaceAll('\\', '/'),
      );
  } catch {
    return [];
  }
}

async function readWebFile(folder: string, name: string): Promise<WebFile> {
  const bytes = await readFile(join(folder, name));
  const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 27)}"`;
  return { bytes, etag, type: CONTENT_TYPES[extname(name)] ?? 'application/octet-stream', encoded: new Map() };
}

function acceptsHtml({ headers }: IncomingMessage): boolean {
  return /\btext\/html\b/.test(headers.accept ?? '');
}

function encodingFor({ type, bytes }: WebFile, accepted: string | undefined): 'br' | 'gzip' | null {
  if (!isText(type) || bytes.length < COMPRESSED_FROM_BYTES) return null;
  const names = (accepted ?? '').split(',').map((part) => part.trim().toLowerCase());
  return (['br', 'gzip'] as const).find((name) => names.includes(name)) ?? null;
}

/** Once for each file and encoding, when somebody first asks. */
function encoded({ bytes, encoded: made }: WebFile, encoding: 'br' | 'gzip'): Promise<Buffer> {
  let result = made.get(encoding);
  if (!result) {
    const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 6 } };
    result = encoding === 'br' ? promisify(brotliCompress)(bytes, quality) : promisify(gzip)(bytes);
    made.set(encoding, result);
  }
  return result;
}
