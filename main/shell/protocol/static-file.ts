import { readFile, realpath } from 'node:fs/promises';
import { extname, join, resolve, sep } from 'node:path';
import { COMMON_HEADERS, PAGE_POLICY } from './content-policy.ts';

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
    return new Response(new Uint8Array(await readFile(path)), {
      headers: {
        ...COMMON_HEADERS,
        'content-type': type,
        'content-security-policy': PAGE_POLICY,
        // The file's names change with their contents, but those of the page do not.
        'cache-control': path.endsWith('.html') ? 'no-store' : 'no-cache',
      },
    });
  } catch {
    return absent(pathname);
  }
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
      'content-security-policy': PAGE_POLICY,
    },
  });
}
