/**
 * Bundles the code that runs on plain Node into a folder: the command line, one file for each worker thread, and the code they
 * share in chunks beside them. `npm run build` puts it into dist/ (build.mjs), the tests into a folder of their own.
 */
import { readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
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

function workers() {
  return WORKER_FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder))
      .filter((name) => name.endsWith('-worker.ts'))
      .map((name) => ({ in: join(ROOT, folder, name), out: `worker-${basename(name, '-worker.ts')}` })),
  );
}

/** Runs first and imports nothing else: V8's cache must be on before the code that it should serve is compiled. */
const LAUNCHER = `import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';
enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/guardit', import.meta.url)));
await import('./guardit-main.js');
`;

/** Writes guardit.js, which starts the command line, and what it needs; `entryPoints` ({ in, out }) come on top. */
export async function bundleCode(folder, entryPoints = []) {
  await build({
    entryPoints: [{ in: join(ROOT, 'main/cli/guardit.ts'), out: 'guardit-main' }, ...workers(), ...entryPoints],
    outdir: folder,
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
  writeFileSync(join(folder, 'guardit.js'), LAUNCHER);
}
