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
let isTooLarge = false;
for (const page of pages) {
  const bytes = compressedBytes(withImports(page, new Set(always)));
  const isOverview = page.startsWith('overview-page-');
  const isOver = isOverview && bytes > OVERVIEW_LIMIT_BYTES;
  isTooLarge ||= isOver;
  const limit = isOverview ? `  (limit ${OVERVIEW_LIMIT_BYTES / 1000} kB${isOver ? ', EXCEEDED' : ''})` : '';
  console.log(`${page.replace(/-[\w-]{8}\.js$/, '').padEnd(24)} ${(bytes / 1000).toFixed(0).padStart(5)} kB${limit}`);
}
if (!pages.some((name) => name.startsWith('overview-page-')))
  throw new Error('There is no overview page in the build.');
process.exitCode = isTooLarge ? 1 : 0;
