/**
 * Says how much JavaScript each page loads before it can be drawn, compressed: `node scripts/bundle-report.ts`. Ends with 1 when the
 * overview, which is the first that people see, takes more than its limit.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const PAGES = fileURLToPath(new URL('../dist/renderer', import.meta.url));
const ASSETS = join(PAGES, 'assets');
const OVERVIEW_LIMIT_BYTES = 350_000;

const files = new Map(
  readdirSync(ASSETS)
    .filter((name) => name.endsWith('.js'))
    .map((name) => [name, readFileSync(join(ASSETS, name))]),
);

/** A file and everything that it imports at once; what is imported when it is needed does not count. */
function withImports(name: string, found = new Set<string>()): Set<string> {
  if (found.has(name)) return found;
  found.add(name);
  const code = files.get(name)?.toString() ?? '';
  for (const [, imported] of code.matchAll(/(?:\bfrom|\bimport)\s*["']\.\/([^"']+\.js)["']/g)) {
    if (imported !== undefined && files.has(imported)) withImports(imported, found);
  }
  return found;
}

function compressedBytes(names: Iterable<string>): number {
  return [...names].reduce((sum, name) => sum + gzipSync(files.get(name) ?? '').length, 0);
}

const html = readFileSync(join(PAGES, 'index.html'), 'utf8');
const entry = basename(/<script type="module"[^>]*src="([^"]+)"/.exec(html)?.[1] ?? '');
if (!files.has(entry)) throw new Error('dist/renderer/index.html names no script that is there: run "npm run build".');
const always = withImports(entry);
const pages = [...files.keys()].filter((name) => /-page-[\w-]+\.js$/.test(name)).sort();

function report(page: string, bytes: number, limit = ''): void {
  console.log(`${page.padEnd(24)} ${(bytes / 1000).toFixed(0).padStart(5)} kB${limit}`);
}

// The first page comes with the file that all pages need.
const overviewBytes = compressedBytes(always);
const isTooLarge = overviewBytes > OVERVIEW_LIMIT_BYTES;
report('overview', overviewBytes, `  (limit ${OVERVIEW_LIMIT_BYTES / 1000} kB${isTooLarge ? ', EXCEEDED' : ''})`);
for (const page of pages) {
  report(page.replace(/-[\w-]{8}\.js$/, ''), compressedBytes(withImports(page, new Set(always))));
}
process.exitCode = isTooLarge ? 1 : 0;
