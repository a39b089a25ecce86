import type { Database } from 'better-sqlite3';
import { STATE } from './index-schema.ts';

/** Rows that are looked at between two answers to searches. */
const SLICE = 100_000;

/** Forgets snapshots at once, and then, slice by slice, what was in none but them. */
export function* forgetSnapshots(db: Database, snapshotIds: readonly string[]): Generator<void, void, undefined> {
  const remove = db.prepare('DELETE FROM snapshots WHERE snapshot_id = ?');
  db.transaction(() => {
    for (const snapshotId of snapshotIds) remove.run(snapshotId);
  })();
  yield;
  yield* inSlices(db, 'spans', (from, to) => {
    // What is being filled in counts as there.
    const removeSpans = db.prepare<[number, number, number], { name: number }>(
      `DELETE FROM spans WHERE id >= ? AND id < ? AND NOT EXISTS (
         SELECT 1 FROM snapshots WHERE state <> ? AND n >= spans.first AND (spans.last IS NULL OR n <= spans.last)
       ) RETURNING name`,
    );
    const names = new Set(removeSpans.all(from, to, STATE.unreadable).map(({ name }) => name));
    forgetNames(db, names);
  });
}

/** Those that nothing is called any more. */
function forgetNames(db: Database, names: ReadonlySet<number>): void {
  const isUsed = db.prepare<[number, number], { used: number }>(
    `SELECT EXISTS (SELECT 1 FROM spans WHERE name = ?) OR EXISTS (SELECT 1 FROM folders WHERE name = ?) AS used`,
  );
  const removeName = db.prepare('DELETE FROM names WHERE id = ?');
  const removeParts = db.prepare('DELETE FROM name_parts WHERE rowid = ?');
  for (const name of names) {
    if (isUsed.get(name, name)?.used) continue;
    removeName.run(name);
    removeParts.run(name);
  }
}

function* inSlices(
  db: Database,
  table: 'spans',
  work: (from: number, to: number) => void,
): Generator<void, void, undefined> {
  const { most } = db.prepare<[], { most: number }>(`SELECT coalesce(max(id), 0) AS most FROM ${table}`).get() ?? {
    most: 0,
  };
  for (let from = 0; from <= most; from += SLICE) {
    db.transaction(() => work(from, from + SLICE))();
    yield;
  }
}
