/**
 * Bundles the code that runs on plain Node into a folder: the command line with its verbs, the code they share in chunks beside them,
 * and one file for each worker thread. `npm run build` puts it into dist/ (build.mjs), the tests into a folder of their own.
 */
import { readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { builtinModules } from './builtin-modules.mjs';

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
const BANNER = `const __moduleUrl = import.meta.url.replace('/app.asar/', '/app.asar.unpacked/');
const require = process.getBuiltinModule('node:module').createRequire(import.meta.url);`;

function workers() {
  return WORKER_FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder))
      .filter((name) => name.endsWith('-worker.ts'))
      .map((name) => ({ in: join(ROOT, folder, name), out: `worker-${basename(name, '-worker.ts')}` })),
  );
}

/** Runs first and imports nothing else: V8's cache must be on before the code that it should serve is compiled. */
const LAUNCHER = `const { enableCompileCache } = process.getBuiltinModule('node:module');
enableCompileCache(import.meta.dirname + '/../node_modules/.cache/guardit');
await import(process.argv[2] === 'repo' ? './guardit-repo.js' : './guardit-main.js');
`;

const SETTINGS = {
  bundle: true,
  platform: 'node',
  target: 'node22.15',
  format: 'esm',
  external: EXTERNAL,
  plugins: [builtinModules],
  banner: { js: BANNER },
  define: { 'import.meta.url': '__moduleUrl' },
  sourcemap: 'linked',
  sourcesContent: false,
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  logLevel: 'warning',
};

/** Code that loads parts of itself when they are needed; what several parts share lies in chunks. */
function buildInParts(folder, entryPoints) {
  return build({ ...SETTINGS, entryPoints, outdir: folder, splitting: true, chunkNames: '[name]-[hash]' });
}

/** Writes guardit.js, which starts the command line, and what it needs; `entryPoints` ({ in, out }) come on top. */
export async function bundleCode(folder, entryPoints = []) {
  await buildInParts(folder, [{ in: join(ROOT, 'main/cli/guardit.ts'), out: 'guardit-main' }, ...entryPoints]);
  // esbuild drops what nobody in one build uses. Together with the service, `guardit repo` would get all of zod to read, not a tenth.
  await buildInParts(folder, [{ in: join(ROOT, 'main/cli/guardit-repo.ts'), out: 'guardit-repo' }]);
  // Threads share nothing that is loaded: chunks would only give each of them more files to find, to read and to link.
  await build({ ...SETTINGS, entryPoints: workers(), outdir: folder });
  writeFileSync(join(folder, 'guardit.js'), LAUNCHER);
}
