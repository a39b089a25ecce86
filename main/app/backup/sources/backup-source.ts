import type { SnapshotBrowser } from '../../engine-jobs/ports/browser.ts';
import type { JobContext, RepositoryAccess } from '../../engine-jobs/ports/job-context.ts';
import type { BackupFacts } from '../../engine-jobs/ports/job-facts.ts';
import type { EngineJobs } from '../../engine-jobs/ports/jobs.ts';
import type { SourcePaths } from '../../targets/ports.ts';
import type { BackupItem } from '../ports.ts';
import type { BackupCommand } from '../../../../contracts/targets.ts';

/** What a source works with. */
export interface SourceTools {
  readonly engine: EngineJobs;
  readonly browser: SnapshotBrowser;
  readonly files: SourcePaths;
  /** A line of the run's log. */
  readonly say: (line: string) => void;
  /** What makes the backup incomplete; it is counted, kept with the run and logged. */
  readonly warn: (warning: string) => void;
}

/** The one snapshot that a source has to write. */
export interface SnapshotOrder {
  readonly access: RepositoryAccess;
  readonly tags: readonly string[];
  /** Null reads everything. */
  readonly parentSnapshotId: string | null;
  /** Folders of GuardIT's own, which are left out where they lie in what is backed up. */
  readonly ownFolders: readonly string[];
  readonly lockPatienceMs: number;
}

/** Programs around a backup. */
export interface SourceCommands {
  readonly before: BackupCommand | null;
  readonly after: BackupCommand | null;
}

/**
 * How targets of one kind get into a snapshot, and what of them is in it. A kind of files, of a database's stream or of a
 * disk: whoever runs the backup knows only this.
 */
export interface BackupSource {
  commands(config: Readonly<Record<string, unknown>>): SourceCommands;
  /** Writes one snapshot. Throws a WorkFailure where there is nothing that could be backed up. */
  backUp(
    config: Readonly<Record<string, unknown>>,
    order: SnapshotOrder,
    tools: SourceTools,
    context: JobContext,
  ): Promise<BackupFacts>;
  /** What the snapshot holds, piece by piece, where the kind has pieces. `before`: those of the backup before. */
  items(
    config: Readonly<Record<string, unknown>>,
    snapshot: { readonly access: RepositoryAccess; readonly id: string; readonly before: readonly BackupItem[] },
    tools: SourceTools,
    signal: AbortSignal,
  ): Promise<readonly BackupItem[]>;
}
