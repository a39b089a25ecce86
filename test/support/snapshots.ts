import { createHash } from 'node:crypto';
import type { BlobId, SnapshotId } from '../../main/engine/base/ids.ts';
import { checkTime } from '../../main/engine/base/rfc3339.ts';
import type { Snapshot, StoredSnapshot } from '../../main/engine/snapshot/snapshot.ts';

/** The empty tree, which every repository may name without holding it as long as nobody reads it. */
export const EMPTY_TREE = 'ac08ce34ba4f8123618661bef2425f7028ffb9ac740578a3ee88684d2523fee8' as BlobId;

/** A snapshot of `host:/data`; its id depends on all of its fields. */
export function makeSnapshot(time: string, fields: Partial<Snapshot> = {}): StoredSnapshot {
  const snapshot: Snapshot = {
    time: checkTime(time),
    tree: EMPTY_TREE,
    paths: ['/data'],
    hostname: 'host',
    username: 'user',
    uid: 1000,
    gid: 1000,
    excludes: [],
    tags: [],
    ...fields,
  };
  return { ...snapshot, id: createHash('sha256').update(JSON.stringify(snapshot)).digest('hex') as SnapshotId };
}
