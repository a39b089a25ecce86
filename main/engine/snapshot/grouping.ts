import { goJson } from './go-json.ts';
import { newestFirst } from './snapshot-filter.ts';
import { EngineError } from '../base/errors.ts';
import type { StoredSnapshot } from './snapshot.ts';

export interface GroupBy {
  readonly host?: boolean;
  readonly paths?: boolean;
  readonly tags?: boolean;
}

/** Criteria that don't count are empty or null, as in restic's JSON output. */
export interface GroupKey {
  readonly hostname: string;
  readonly paths: readonly string[] | null;
  readonly tags: readonly string[] | null;
}

export interface SnapshotGroup<S extends StoredSnapshot = StoredSnapshot> {
  readonly key: GroupKey;
  /** `{"hostname":…,"paths":…,"tags":…}`: restic's group key, also usable as a map key. */
  readonly keyJson: string;
  /** Newest first. */
  readonly snapshots: readonly S[];
}

const CRITERIA: Readonly<Record<string, keyof GroupBy>> = {
  host: 'host',
  hosts: 'host',
  path: 'paths',
  paths: 'paths',
  tag: 'tags',
  tags: 'tags',
};

/** Reads `host,paths`; the empty text puts all snapshots into one group. Throws `invalid_argument`. */
export function parseGroupBy(text: string): GroupBy {
  const groupBy: { -readonly [K in keyof GroupBy]: boolean } = { host: false, paths: false, tags: false };
  for (const word of text.split(',').map((part) => part.trim())) {
    if (word === '') continue;
    const criterion = Object.hasOwn(CRITERIA, word) ? CRITERIA[word] : undefined;
    if (criterion === undefined) {
      throw new EngineError('invalid_argument', `Can't group by ${JSON.stringify(word)}. Use host, paths and tags.`);
    }
    groupBy[criterion] = true;
  }
  return groupBy;
}

export const DEFAULT_GROUP_BY: GroupBy = { host: true, paths: true };

/** Groups in the order in which their newest snapshots were made. */
export function groupSnapshots<S extends StoredSnapshot>(
  snapshots: Iterable<S>,
  groupBy: GroupBy = DEFAULT_GROUP_BY,
): SnapshotGroup<S>[] {
  const groups = new Map<string, { key: GroupKey; keyJson: string; snapshots: S[] }>();
  for (const snapshot of newestFirst(snapshots)) {
    const key: GroupKey = {
      hostname: groupBy.host ? snapshot.hostname : '',
      paths: groupBy.paths ? sorted(snapshot.paths) : null,
      tags: groupBy.tags && snapshot.tags.length > 0 ? sorted(snapshot.tags) : null,
    };
    const keyJson = goJson({ hostname: key.hostname, paths: key.paths, tags: key.tags });
    const group = groups.get(keyJson);
    if (group) group.snapshots.push(snapshot);
    else groups.set(keyJson, { key, keyJson, snapshots: [snapshot] });
  }
  return [...groups.values()];
}

/** By bytes, as Go sorts strings. */
function sorted(texts: readonly string[]): string[] {
  return [...texts].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}
