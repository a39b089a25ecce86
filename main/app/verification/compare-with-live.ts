import type { SampledFile } from './drill-sample.ts';
import type { LiveComparison, ScratchSpace } from './ports.ts';

/** A type, not an interface: it is JSON. */
export type LiveReport = { readonly [Result in LiveComparison]: number };

const AT_ONCE = 4;
const MOST_NAMED = 100;

/** Compares restored files with those in their places now, as far as these have not been changed since. */
export async function compareWithLive(
  scratch: ScratchSpace,
  { files, folder, signal }: { files: readonly SampledFile[]; folder: string; signal: AbortSignal },
): Promise<{ readonly report: LiveReport; readonly different: readonly string[] }> {
  const counts = { equal: 0, different: 0, changed: 0, missing: 0, unreadable: 0, not_restored: 0 };
  const different: string[] = [];
  const waiting = files.values();
  const work = async () => {
    for (const file of waiting) {
      signal.throwIfAborted();
      const result = await scratch.compare(file, `${folder}${file.path}`, signal);
      counts[result]++;
      if (result === 'different' && different.length < MOST_NAMED) different.push(file.path);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { report: counts, different };
}
