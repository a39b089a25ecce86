import { resolveInputs } from './archive-inputs.ts';
import type { ArchiveOptions, ArchiveResult } from './archive-options.ts';
import { ArchiveRun, IndexReplaced } from './archive-run.ts';

/**
 * Backs up files and folders, or one stream, into a new snapshot.
 *
 * What cannot be read is a warning and left out; the snapshot is then incomplete, and says so in `warnings`. Errors:
 * `path_not_found` when no target exists, `nothing_to_back_up`, `invalid_argument`, `locked`, `lock_lost`, `cancelled`, `no_space` and
 * what else keeps the repository from being written. After any of them there is no new snapshot and no lock, and what was
 * stored by then is in the index, so that the next run goes on from there.
 */
export async function archive(options: ArchiveOptions): Promise<ArchiveResult> {
  const inputs = resolveInputs(options);
  try {
    // A stream can be read only once: there is no second try.
    return await new ArchiveRun(options, inputs).run(options.stdin === undefined);
  } catch (error) {
    if (!(error instanceof IndexReplaced)) throw error;
    return new ArchiveRun(options, inputs).run(false);
  }
}
