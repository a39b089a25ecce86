/**
 * Bundles what runs on plain Node into dist/: the CLI, with the code that its verbs share in chunks beside it, and one file for
 * each worker thread; the user interface into dist/renderer (vite.config.ts); the desktop app's main process and its bridge into
 * dist/shell. `npm ci` runs it (`prepare`), so a fresh checkout has them all.
 *
 * Not for the type checker's sake but for the start: one file is read instead of some hundred, and nothing is stripped
 * or resolved at run time (decision 0003).
 */
import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { build as buildPages } from 'vite';
import { bundleCode } from './bundle.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DIST = join(ROOT, 'dist');
/** Built aside and swapped in: a build that fails leaves the old bundle as it was, and nobody starts half of one. */
const STAGE = join(ROOT, 'node_modules/.cache', `guardit-build-${process.pid}`);
/** One file: a sandboxed bridge can require nothing but Electron's part for pages, and is no ES module. */
async function buildPreload() {
  await build({
    entryPoints: [join(ROOT, 'preload/preload.ts')],
    outfile: join(STAGE, 'shell/preload.cjs'),
    bundle: true,
    platform: 'browser',
    target: 'chrome140',
    format: 'cjs',
    external: ['electron'],
    legalComments: 'none',
    logLevel: 'warning',
  });
}

async function main() {
  await bundleCode(STAGE, [{ in: join(ROOT, 'main/shell/main.ts'), out: 'shell/main' }]);
  await buildPages({
    configFile: join(ROOT, 'vite.config.ts'),
    logLevel: 'warn',
    build: { outDir: join(STAGE, 'renderer') },
  });
  await buildPreload();
  rmSync(DIST, { recursive: true, force: true });
  renameSync(STAGE, DIST);
}

try {
  await main();
} finally {
  if (existsSync(STAGE)) rmSync(STAGE, { recursive: true, force: true });
}
