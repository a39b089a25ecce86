import type { BrowsedStream, SnapshotBrowser } from '../engine-jobs/ports/browser.ts';
import type { RepositoryAccess } from '../engine-jobs/ports/job-context.ts';

/** What looking into backups needs beyond what backing up does. */
export interface BackupBrowser extends SnapshotBrowser {
  /** An archive of some entries below a folder, with all that is in them; names in it begin in the folder. */
  readChosen(
    access: RepositoryAccess,
    snapshotId: string,
    chosen: { readonly folder: string; readonly paths: readonly string[] },
    format: 'zip' | 'tar',
    signal: AbortSignal,
  ): Promise<BrowsedStream>;
}
