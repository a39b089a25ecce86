import type { BackupMetricsView } from '../../../contracts/protection-status.ts';
import { toInstant } from '../../../contracts/common/instant.ts';
import type { BackupRecord } from '../backup/ports.ts';
import type { Catalog, Stores } from '../catalog/ports.ts';
import type { Clock } from '../clock/ports.ts';
import { dayOf } from '../storage/days.ts';
import { pointOf, rtoSeconds, secondsBetween } from './target-state.ts';

export interface MetricsDeps {
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly timeZone: string;
}

type TargetMetrics = BackupMetricsView['targets'][number];
type Figures = BackupMetricsView['total'];

const DAY_MS = 86_400_000;
const PAGE = 1000;

/** Figures of the last `days`: how reliable backups are, how long they take, how much they add (seed 5, "Metrics"). */
export async function backupMetrics(
  { catalog, clock, timeZone }: MetricsDeps,
  days: number,
): Promise<BackupMetricsView> {
  const now = clock.now();
  const from = new Date(now.getTime() - days * DAY_MS);
  return catalog.read(async (stores) => {
    const targets: TargetMetrics[] = [];
    const all: BackupRecord[] = [];
    for (const { id, name } of await stores.targets.list()) {
      const backups = await ended(stores, id, from);
      all.push(...backups);
      const lastGood = await stores.backups.lastGood(id);
      const drill = await stores.verifications.lastSound({ kind: 'drill', targetId: id });
      targets.push({
        ...{ target_id: id, name, ...figuresOf(backups) },
        rpo_seconds: lastGood && secondsBetween(pointOf(lastGood), now),
        worst_rpo_seconds: worstGap(backups, now),
        rto_seconds: rtoSeconds(drill),
        days: daysOf(backups, timeZone),
      });
    }
    return { from: toInstant(from.getTime()), to: toInstant(now.getTime()), total: figuresOf(all), targets };
  });
}

/** Oldest first. Those that retention has removed since count: they were made. */
async function ended(stores: Stores, targetId: string, from: Date): Promise<BackupRecord[]> {
  const found: BackupRecord[] = [];
  for (let offset = 0; ; offset += PAGE) {
    const page = await stores.backups.list({ targetId, from, withRemoved: true }, { limit: PAGE, offset });
    // Found in a repository: nobody knows how long it took.
    found.push(...page.filter(({ state, runId }) => runId !== null && (state === 'completed' || state === 'failed')));
    if (page.length < PAGE) return found.reverse();
  }
}

function figuresOf(backups: readonly BackupRecord[]): Figures {
  const good = backups.filter(({ state }) => state === 'completed');
  const durations = good.flatMap((backup) => durationOf(backup) ?? []);
  const sizes = good.flatMap(({ facts }) => facts?.totalBytes ?? []);
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const average = (values: readonly number[]) => (values.length === 0 ? null : sum(values) / values.length);
  return {
    completed: good.length,
    failed: backups.length - good.length,
    success_rate: backups.length === 0 ? null : good.length / backups.length,
    average_duration_seconds: average(durations),
    longest_duration_seconds: durations.length === 0 ? null : Math.max(...durations),
    average_size_bytes: average(sizes),
    added_bytes: sum(good.map(({ facts }) => facts?.addedBytes ?? 0)),
    added_stored_bytes: sum(good.map(({ facts }) => facts?.addedStoredBytes ?? 0)),
  };
}

function durationOf({ startedAt, completedAt }: BackupRecord): number | null {
  return startedAt && completedAt ? secondsBetween(startedAt, completedAt) : null;
}

/** Between two good ones, and from the last one until now. */
function worstGap(backups: readonly BackupRecord[], now: Date): number | null {
  const points = backups.filter(({ state }) => state === 'completed').map(pointOf);
  if (points.length === 0) return null;
  const ends = [...points.slice(1), now];
  return Math.max(...points.map((point, index) => secondsBetween(point, ends[index] ?? now)));
}

function daysOf(backups: readonly BackupRecord[], timeZone: string): TargetMetrics['days'] {
  const byDay = Map.groupBy(backups, (backup) => dayOf(pointOf(backup), timeZone));
  return [...byDay].map(([day, ofDay]) => {
    const { completed, failed, added_bytes } = figuresOf(ofDay);
    const seconds = ofDay.reduce((total, backup) => total + (durationOf(backup) ?? 0), 0);
    const last = ofDay.filter(({ state }) => state === 'completed').at(-1);
    const total_bytes = last?.facts?.totalBytes ?? null;
    return { day, completed, failed, duration_seconds: seconds, added_bytes, total_bytes };
  });
}
