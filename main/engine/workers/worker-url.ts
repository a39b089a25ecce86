/** Every worker entry point beside this file: `archive` is `archive-worker.ts`. */
export type WorkerName = 'archive' | 'restore' | 'check' | 'repack' | 'copy';

/**
 * Where a worker thread starts. Run from source it is the `.ts` beside this file, which Node reads by itself; in the
 * bundle this module has become part of some file in dist/, and the entry points lie beside that (scripts/bundle.mjs).
 */
export function workerUrl(name: WorkerName): URL {
  const fromSource = import.meta.url.endsWith('.ts');
  return new URL(fromSource ? `./${name}-worker.ts` : `./worker-${name}.js`, import.meta.url);
}
