import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import Database from 'better-sqlite3';

export interface HistoryWish {
  /** Runs for each task on each day. */
  readonly runsPerDay: number;
  readonly days: number;
  /** How often out of a hundred. */
  readonly failedPercent: number;
  readonly warnedPercent: number;
}

interface TaskRow {
  readonly id: number;
  readonly task_id: string;
  readonly action_type: string | null;
}

const DAY_MS = 86_400_000;

/**
 * Gives every task of a catalog a past, as if its runs had happened. For a service that is stopped: nothing of it goes through
 * the API, which knows no way to make up a past.
 */
export function seedHistory(folder: string, wish: HistoryWish, nowMs: number): number {
  const db = new Database(join(folder, 'catalog.sqlite'));
  const tasks = db.prepare('SELECT id, task_id, action_type FROM tasks ORDER BY id').all() as TaskRow[];
  const random = seeded(7);
  const insert = statements(db);
  let count = 0;
  db.transaction(() => {
    for (const task of tasks) {
      const usualMs = 60_000 + random() * 3_600_000;
      for (let day = wish.days; day >= 1; day--) {
        const figures = { total: 0, successful: 0, failed: 0, durationMs: 0 };
        const date = new Date(nowMs - day * DAY_MS).toISOString().slice(0, 10);
        for (let run = 0; run < wish.runsPerDay; run++) {
          const dice = random() * 100;
          const failed = dice < wish.failedPercent;
          const warned = !failed && dice < wish.failedPercent + wish.warnedPercent;
          const durationMs = Math.round(usualMs * (0.7 + random() * 0.6));
          const startedMs =
            Date.parse(`${date}T02:00:00Z`) + Math.round(((run + random() * 0.2) * 20 * 3_600_000) / wish.runsPerDay);
          if (task.action_type === null) insert.reported(task.id, { startedMs, durationMs, failed, warned });
          else insert.run(task, { startedMs, durationMs, failed, warned });
          if (day === 1 && run === wish.runsPerDay - 1) insert.last(task.id, { startedMs, durationMs, failed, warned });
          figures.total++;
          figures[failed ? 'failed' : 'successful']++;
          figures.durationMs += durationMs;
          count++;
        }
        insert.day(task.id, date, figures);
      }
    }
  })();
  db.close();
  return count;
}

interface PastRun {
  readonly startedMs: number;
  readonly durationMs: number;
  readonly failed: boolean;
  readonly warned: boolean;
}

function statements(db: Database.Database) {
  const last = db.prepare('UPDATE tasks SET state = ?, state_changed_at = ?, last_run_at = ? WHERE id = ?');
  const run = db.prepare(
    `INSERT INTO runs (id, task, action, priority, state, trigger, created_at, due_at, due_count, catch_up, attempts, max_attempts,
       started_at, finished_at, ended_after, log_bytes, failure_code, failure_reason, exit_code, result, warnings)
     VALUES (?, ?, ?, 'normal', ?, 'schedule', ?, ?, 1, 0, 1, 1, ?, ?, (SELECT coalesce(max(seq), 0) FROM runs), 0, ?, ?, ?, 'null', ?)`,
  );
  const reported = db.prepare(
    'INSERT INTO monitored_runs (task, began_at, ended_at, outcome, warned, duration_ms) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const day = db.prepare('INSERT OR REPLACE INTO daily_metrics VALUES (?, ?, ?, ?, ?, ?, ?)');
  return {
    last: (task: number, { startedMs, durationMs, failed }: PastRun) =>
      last.run(failed ? 'failed' : 'completed', startedMs + durationMs, startedMs, task),
    run: ({ id, action_type }: TaskRow, { startedMs, durationMs, failed, warned }: PastRun) =>
      run.run(
        randomUUID(),
        id,
        action_type,
        failed ? 'failed' : 'completed',
        startedMs,
        startedMs,
        startedMs,
        startedMs + durationMs,
        failed ? 'exit_code' : null,
        failed ? 'The script ended with exit code 2.' : null,
        failed ? 2 : 0,
        warned ? '["2 files could not be read."]' : '[]',
      ),
    reported: (task: number, { startedMs, durationMs, failed, warned }: PastRun) =>
      reported.run(
        task,
        startedMs,
        startedMs + durationMs,
        failed ? 'failed' : 'completed',
        Number(warned),
        durationMs,
      ),
    day: (
      task: number,
      date: string,
      { total, successful, failed, durationMs }: Record<'total' | 'successful' | 'failed' | 'durationMs', number>,
    ) => day.run(task, date, total, successful, failed, total, durationMs),
  };
}

/** The same numbers each time (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
