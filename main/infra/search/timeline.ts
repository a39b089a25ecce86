import type { Database } from 'better-sqlite3';
import { STATE } from './index-schema.ts';

export interface TimelinePoint {
  readonly n: number;
  readonly snapshotId: string;
  readonly backupId: string;
  readonly atMs: number;
}

/** The snapshots that are there, by number: what a span's two numbers mean. */
export class Timeline {
  readonly #points: readonly TimelinePoint[];

  constructor(points: readonly TimelinePoint[]) {
    this.#points = points;
  }

  static of(db: Database): Timeline {
    const rows = db.prepare<[number], TimelinePoint>(
      'SELECT n, snapshot_id AS snapshotId, backup_id AS backupId, at AS atMs FROM snapshots WHERE state = ? ORDER BY n',
    );
    return new Timeline(rows.all(STATE.complete));
  }

  get newest(): TimelinePoint | undefined {
    return this.#points.at(-1);
  }

  /** The oldest and the newest snapshot of a span, and how many; null when none of them is there any more. */
  within(first: number, last: number | null): { oldest: TimelinePoint; newest: TimelinePoint; count: number } | null {
    const from = this.#indexFrom(first);
    const to = last === null ? this.#points.length : this.#indexFrom(last + 1);
    const oldest = this.#points[from];
    const newest = this.#points[to - 1];
    return oldest && newest && to > from ? { oldest, newest, count: to - from } : null;
  }

  /** Index of the first point that is not before `n`. */
  #indexFrom(n: number): number {
    let low = 0;
    let high = this.#points.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#points[middle]?.n ?? 0) < n) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
