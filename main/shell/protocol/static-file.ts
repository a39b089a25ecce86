import { randomBytes } from 'node:crypto';
import { readFile, realpath } from 'node:fs/promises';
import { extname, join, resolve, sep } from 'node:path';
import { COMMON_HEADERS, DATA_POLICY, FILE_POLICY, pagePolicy } from './content-policy.ts';

/** As in renderer/index.html. */
const NONCE_PLACE = '__CSP_NONCE__';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.txt': 'text/plain; charset=utf-8',
};

/**
 * A file of the built interface. `folder` is the only place that anything is read from: names with a way out of it, also by a
 * link, and names of no kind that an interface has, are as good as absent. `/` is its page.
 */
export async function staticFile(folder: string, pathname: string): Promise<Response> {
  const path = await safePath(folder, pathname === '/' ? '/index.html' : pathname);
  const type = path === null ? undefined : TYPES[extname(path).toLowerCase()];
  if (path === null || type === undefined) return absent(pathname);
  try {
    const bytes = await readFile(path);
    return type === TYPES['.html'] ? page(bytes.toString('utf8')) : file(bytes, type);
  } catch {
    return absent(pathname);
  }
}

/** Every answer has a nonce of its own, which the page gives to the styles that it makes. */
function page(html: string): Response {
  const nonce = randomBytes(18).toString('base64');
  return new Response(html.replaceAll(NONCE_PLACE, nonce), {
    headers: {
      ...COMMON_HEADERS,
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': pagePolicy(nonce),
      'cache-control': 'no-store',
    },
  });
}

function file(bytes: Buffer, type: string): Response {
  const headers = { ...COMMON_HEADERS, 'content-type': type, 'content-security-policy': FILE_POLICY };
  return new Response(new Uint8Array(bytes), { headers: { ...headers, 'cache-control': 'no-cache' } });
}

async function safePath(folder: string, pathname: string): Promise<string | null> {
  const name = decoded(pathname);
  // A backslash and a colon are ways out on Windows: folders, drives, streams.
  if (name === null || /[\0\\:]/.test(name) || name.split('/').includes('..')) return null;
  try {
    const root = await realpath(resolve(folder));
    const path = await realpath(join(root, name));
    return path.startsWith(root + sep) ? path : null;
  } catch {
    return null;
  }
}

function decoded(pathname: string): string | null {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return null;
  }
}

function absent(pathname: string): Response {
  const isPage = pathname === '/' || pathname === '/index.html';
  const text = isPage
    ? 'The interface is missing in this installation. Install GuardIT again, or run "npm run build" in a checkout.'
    : 'There is nothing here.';
  return new Response(text, {
    status: 404,
    headers: {
      ...COMMON_HEADERS,
      'content-type': 'text/plain; charset=utf-8',
      'content-security-policy': DATA_POLICY,
    },
  });
}
