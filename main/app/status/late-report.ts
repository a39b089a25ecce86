import type { Stores } from '../catalog/ports.ts';
import { countRun, followReport, type Followed } from './follow-report.ts';
import { AFTERWORD_WITHIN_MS, type Track } from './track.ts';

/** So many reports are followed once more at most. Beyond that a late one is history only. */
const MOST_FOLLOWED = 10_000;

/**
 * Follows all reports again from the run on into which a late one falls, as if they had come in order: the runs from there on
 * are taken back, with what they count for, and inferred anew. The report must be in the history already.
 * Null: it came too late for that, and stays history only.
 */
export async function followAgain(
  stores: Pick<Stores, 'statuses'>,
  followed: Followed,
  atMs: number,
  oldestKeptMs: number,
): Promise<Track | null> {
  const { task } = followed;
  const fromMs = await beginningFor(stores, task, atMs);
  // Reports from before may be gone already: what they said can't be inferred again.
  if (fromMs < oldestKeptMs) return null;
  const reports = await stores.statuses.reportsFrom(task, fromMs, MOST_FOLLOWED + 1);
  const [first] = reports;
  if (!first || reports.length > MOST_FOLLOWED) return null;
  for (const { outcome, endedAtMs, durationMs } of await stores.statuses.removeRunsFrom(task, fromMs)) {
    if (outcome === 'cancelled') continue;
    await countRun(stores, followed, endedAtMs, { failed: outcome === 'failed', durationMs }, -1);
  }
  const ended = await stores.statuses.lastEndBefore(task, fromMs);
  let track: Track = { last: { ...first, status: 'unknown' }, open: null, ended };
  for (const report of reports) track = await followReport(stores, followed, track, report);
  return track;
}

/**
 * Where to begin so that nothing before matters: at the run that began last (which may have been given up for lack of this very
 * report), and before it at those that ended so shortly before the next one that an afterword could belong to either.
 */
async function beginningFor(stores: Pick<Stores, 'statuses'>, task: number, atMs: number): Promise<number> {
  let fromMs = (await stores.statuses.lastRunBy(task, atMs))?.beganAtMs ?? atMs;
  for (let steps = 0; steps < MOST_FOLLOWED; steps++) {
    const before = await stores.statuses.lastRunBy(task, fromMs - 1);
    if (!before || fromMs - (before.endedAtMs ?? fromMs) > AFTERWORD_WITHIN_MS) break;
    fromMs = before.beganAtMs;
  }
  return fromMs;
}
