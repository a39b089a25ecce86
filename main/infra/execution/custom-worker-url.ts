/** The thread's code: the `.ts` beside this file, or in the bundle dist/worker-custom.js (scripts/build.mjs). */
export function customWorkerUrl(): URL {
  const fromSource = import.meta.url.endsWith('.ts');
  return new URL(fromSource ? './custom-worker.ts' : './worker-custom.js', import.meta.url);
}
