import type { SnapshotId } from '../base/ids.ts';
import { epochNsOf } from '../base/rfc3339.ts';
import type { StoredSnapshot } from '../snapshot/snapshot.ts';

/** The target's snapshots by their first incarnation: tells which of the source's are there already. */
export class CopiedSnapshots {
  readonly #byOrigin = new Map<SnapshotId, StoredSnapshot[]>();

  constructor(existing: Iterable<StoredSnapshot>) {
    for (const snapshot of existing) this.add(snapshot);
  }

  add(snapshot: StoredSnapshot): void {
    this.#addUnder(snapshot.id, snapshot);
    if (snapshot.original !== undefined && snapshot.original !== snapshot.id) {
      this.#addUnder(snapshot.original, snapshot);
    }
  }

  /** The copy of a snapshot that says the same in everything but parent and original (repository-format, section 18). */
  find(snapshot: StoredSnapshot): StoredSnapshot | undefined {
    const candidates = this.#byOrigin.get(snapshot.original ?? snapshot.id) ?? [];
    return candidates.find((candidate) => isSimilar(candidate, snapshot));
  }

  #addUnder(id: SnapshotId, snapshot: StoredSnapshot): void {
    const known = this.#byOrigin.get(id);
    if (known) known.push(snapshot);
    else this.#byOrigin.set(id, [snapshot]);
  }
}

function isSimilar(a: StoredSnapshot, b: StoredSnapshot): boolean {
  return (
    epochNsOf(a.time) === epochNsOf(b.time) &&
    a.tree === b.tree &&
    a.hostname === b.hostname &&
    a.username === b.username &&
    a.uid === b.uid &&
    a.gid === b.gid &&
    sameMembers(a.paths, b.paths) &&
    sameMembers(a.tags, b.tags) &&
    a.excludes.length === b.excludes.length &&
    a.excludes.every((exclude, at) => exclude === b.excludes[at])
  );
}

function sameMembers(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && b.every((text) => a.includes(text));
}
