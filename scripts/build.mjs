/**
 * Bundles what runs on plain Node into dist/: the CLI and one file for each worker thread, with the code they share in
 * chunks beside them; the user interface into dist/renderer (vite.config.ts); the desktop app's main process and its bridge into
 * dist/shell. `npm ci` runs it (`prepare`), so a fresh checkout has them all.
 *
 * Not for the type checker's sake but for the start: one file is read instead of some hundred, and nothing is stripped
 * or resolved at run time (decision 0003).
 */
import { existsSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { build as buildPages } from 'vite';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DIST = join(ROOT, 'dist');
/** Built aside and swapped in: a build that fails leaves the old bundle as it was, and nobody starts half of one. */
const STAGE = join(ROOT, 'node_modules/.cache', `guardit-build-${process.pid}`);
/** A file `NAME-worker.ts` in one of these folders is the entry point of a thread, `worker-NAME.js` in the bundle. */
const WORKER_FOLDERS = [
  'main/engine/workers',
  'main/infra/store',
  'main/infra/execution',
  'main/infra/engine-jobs',
  'main/infra/search',
];

/** Native addons find their binaries relative to their own folder; electron brings itself. */
const EXTERNAL = ['better-sqlite3', 'electron', 'electron-updater', 'koffi', 'sodium-native'];

/**
 * CommonJS packages inside an ES module bundle still call `require` for Node's own modules.
 *
 * In the packaged desktop app the bundle is listed in the archive app.asar but lies beside it (`asarUnpack`). Threads and native
 * addons are started from real files only, so a module's own address is that of the real file.
 */
const BANNER = `import { createRequire as __createRequire } from 'node:module';
const __moduleUrl = import.meta.url.replace('/app.asar/', '/app.asar.unpacked/');
const require = __createRequire(import.meta.url);`;

function entryPoints() {
  const workers = WORKER_FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder))
      .filter((name) => name.endsWith('-worker.ts'))
      .map((name) => join(ROOT, folder, name)),
  );
  return [
    { in: join(ROOT, 'main/cli/guardit.ts'), out: 'guardit-main' },
    { in: join(ROOT, 'main/shell/main.ts'), out: 'shell/main' },
    ...workers.map((path) => ({ in: path, out: `worker-${basename(path, '-worker.ts')}` })),
  ];
}

/** Runs first and imports nothing else: V8's cache must be on before the code that it should serve is compiled. */
const LAUNCHER = `import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';
enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/guardit', import.meta.url)));
await import('./guardit-main.js');
`;

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
  await build({
    entryPoints: entryPoints(),
    outdir: STAGE,
    bundle: true,
    platform: 'node',
    target: 'node22.15',
    format: 'esm',
    splitting: true,
    chunkNames: '[name]-[hash]',
    external: EXTERNAL,
    banner: { js: BANNER },
    define: { 'import.meta.url': '__moduleUrl' },
    sourcemap: 'linked',
    sourcesContent: false,
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    logLevel: 'warning',
  });
  await buildPages({
    configFile: join(ROOT, 'vite.config.ts'),
    logLevel: 'warn',
    build: { outDir: join(STAGE, 'renderer') },
  });
  await buildPreload();
  writeFileSync(join(STAGE, 'guardit.js'), LAUNCHER);
  rmSync(DIST, { recursive: true, force: true });
  renameSync(STAGE, DIST);
}

try {
  await main();
} finally {
  if (existsSync(STAGE)) rmSync(STAGE, { recursive: true, force: true });
}
