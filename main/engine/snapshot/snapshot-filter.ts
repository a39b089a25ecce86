import { EngineError } from '../base/errors.ts';
import { epochNsOf, type TimeText } from '../base/rfc3339.ts';
import type { GroupBy } from './grouping.ts';
import type { Snapshot, StoredSnapshot } from './snapshot.ts';

/** Every criterion that is given must match; an empty list matches everything. */
export interface SnapshotFilter {
  /** One of these hosts. */
  readonly hosts?: readonly string[];
  /** At least one list matches; a list matches when the snapshot has all its tags. The empty tag stands for "untagged". */
  readonly tagLists?: readonly (readonly string[])[];
  /** All of these paths. */
  readonly paths?: readonly string[];
}

/** Judges tag by tag, as restic does: on an untagged snapshot the empty tag decides, whatever follows it. */
export function hasTags(snapshot: Pick<Snapshot, 'tags'>, tags: readonly string[]): boolean {
  for (const tag of tags) {
    if (tag === '' && snapshot.tags.length === 0) return true;
    if (!snapshot.tags.includes(tag)) return false;
  }
  return true;
}

export function matchesFilter(snapshot: Snapshot, filter: SnapshotFilter): boolean {
  const { hosts = [], tagLists = [], paths = [] } = filter;
  return (
    (hosts.length === 0 || hosts.includes(snapshot.hostname)) &&
    (tagLists.length === 0 || tagLists.some((tags) => hasTags(snapshot, tags))) &&
    paths.every((path) => snapshot.paths.includes(path))
  );
}

/** Newest first; equal times in the order of their ids, so that every run sees the same order. */
export function newestFirst<S extends { readonly id: string; readonly time: string }>(snapshots: Iterable<S>): S[] {
  const timed = Array.from(snapshots, (snapshot) => ({ snapshot, epochNs: epochNsOf(snapshot.time) }));
  timed.sort((a, b) => {
    if (a.epochNs !== b.epochNs) return a.epochNs > b.epochNs ? -1 : 1;
    return a.snapshot.id < b.snapshot.id ? -1 : 1;
  });
  return timed.map(({ snapshot }) => snapshot);
}

export function filterSnapshots<S extends StoredSnapshot>(snapshots: Iterable<S>, filter: SnapshotFilter): S[] {
  return newestFirst(snapshots).filter((snapshot) => matchesFilter(snapshot, filter));
}

/** What `latest` means under a filter. Throws `snapshot_not_found` when nothing matches. */
export function latestSnapshot<S extends StoredSnapshot>(snapshots: Iterable<S>, filter: SnapshotFilter = {}): S {
  const [latest] = filterSnapshots(snapshots, filter);
  if (latest === undefined) {
    throw new EngineError('snapshot_not_found', 'No snapshot matches the given hosts, tags and paths.', {
      context: { ...filter },
    });
  }
  return latest;
}

export interface ParentQuery {
  readonly hostname: string;
  /** Absolute, cleaned. */
  readonly targets: readonly string[];
  /** The backup's own time: a snapshot from the future is no parent. */
  readonly time: TimeText;
  /** Which criteria count; host and paths by default. */
  readonly groupBy?: GroupBy;
  readonly tags?: readonly string[];
}

/** The snapshot that a backup compares with, if there is one (repository-format, section 13). */
export function selectParent<S extends StoredSnapshot>(snapshots: Iterable<S>, query: ParentQuery): S | undefined {
  const { host = false, paths = false, tags = false } = query.groupBy ?? { host: true, paths: true };
  const limitNs = epochNsOf(query.time);
  const filter: SnapshotFilter = {
    hosts: host ? [query.hostname] : [],
    paths: paths ? query.targets : [],
    tagLists: tags ? [query.tags ?? []] : [],
  };
  return filterSnapshots(snapshots, filter).find((snapshot) => epochNsOf(snapshot.time) <= limitNs);
}
