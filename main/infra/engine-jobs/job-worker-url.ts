/** The threads' code: the `.ts` beside this file, or in the bundle dist/worker-….js (scripts/build.mjs). */
export function jobWorkerUrl(name: 'engine-job' | 'snapshot-browser'): URL {
  const fromSource = import.meta.url.endsWith('.ts');
  return new URL(fromSource ? `./${name}-worker.ts` : `./worker-${name}.js`, import.meta.url);
}
