import { availableParallelism } from 'node:os';
import { EngineError } from '../base/errors.ts';
import { withLockAhead } from '../repository/lock-ahead.ts';
import { workerUrl } from '../workers/worker-url.ts';
import { EarlyIndex } from './early-index.ts';
import { FileTable } from './file-table.ts';
import { FolderTable } from './folder-table.ts';
import { Restoration } from './restoration.ts';
import { RestoreCrew } from './restore-crew.ts';
import type { RestoreOptions, RestoreResult } from './restore-options.ts';
import { Selection } from './selection.ts';

const MAX_WORKERS = 8;

/**
 * Restores a snapshot, or a part of it, into a folder.
 *
 * Trees are walked once; folders, links and devices are made on the way, and the blobs of files are put on a list for each
 * pack. Workers read each pack once, write its blobs to all files that have them, and finish a file with its last blob.
 * Then come hard links, what is to be deleted, and the folders' own metadata, deepest first. What cannot be restored is a
 * warning and makes the outcome incomplete; only what would meet every file (a full disk, a lost lock) is thrown.
 *
 * Errors: those of opening and locking, `snapshot_not_found`, `path_not_found`, `invalid_argument`, `no_space`,
 * `target_failed`, `cancelled`.
 */
export async function restore(options: RestoreOptions): Promise<RestoreResult> {
  const startedMs = performance.now();
  const selection = new Selection(options);
  checkOptions(options, selection);
  const files = new FileTable();
  const folders = new FolderTable();
  const workers = Math.max(1, options.workers ?? Math.min(availableParallelism(), MAX_WORKERS));
  // Threads start while the password is being turned into a key.
  const crew = new RestoreCrew(workerUrl('restore'), workers, {
    files: files.shared,
    folders: folders.shared,
    sparse: options.sparse ?? false,
  });
  try {
    const repository = await options.repository;
    const lock = options.lock ?? (options.dryRun ? 'none' : {});
    const early = new EarlyIndex(repository, options.signal);
    const run = (signal?: AbortSignal) =>
      new Restoration({ options, repository, early, selection, files, folders, crew, signal }).run(startedMs);
    try {
      if (lock === 'none') return await run(options.signal);
      const lockOptions = options.signal ? { signal: options.signal, ...lock } : lock;
      return await withLockAhead(repository, lockOptions, run, () => early.confirm());
    } finally {
      early.cancel();
    }
  } finally {
    await crew.end();
  }
}

function checkOptions(options: RestoreOptions, selection: Selection): void {
  if (options.target === '') throw new EngineError('invalid_argument', 'Name the folder to restore to.');
  if (options.dryRun && options.verify) {
    throw new EngineError(
      'invalid_argument',
      'A dry run writes nothing that could be verified. Choose one of the two.',
    );
  }
  if (options.delete && /^\/+$/.test(options.target) && selection.isEverything) {
    throw new EngineError(
      'invalid_argument',
      'Deleting in "/" needs patterns that say where. Include or exclude something.',
    );
  }
}
