import type { Stores } from '../catalog/ports.ts';
import { WallClock } from '../schedule/wall-clock.ts';
import type { DayEntry, RunEnd, UsualDuration } from './ports.ts';
import { decide, type EndedRun, type OpenRun, type Track } from './track.ts';
import type { Report } from './ports.ts';
import { learnUsual, MOST_LEARNED, paceOf } from './usual-duration.ts';

type StatusStores = Pick<Stores, 'statuses'>;

/** A task whose reports are followed. */
export interface Followed {
  /** Numeric. */
  readonly task: number;
  readonly maxDurationMs: number | null;
  readonly usual: UsualDuration | null;
  readonly timeZone: string;
}

/** Where the runs stand after one more report; runs and metrics are written. The track itself is the caller's to store. */
export async function followReport(
  stores: StatusStores,
  followed: Followed,
  track: Track | null,
  report: Report,
): Promise<Track> {
  const decision = decide(track, report, followed.maxDurationMs);
  const open = track?.open ?? null;
  const ended = track?.ended ?? null;
  switch (decision.kind) {
    case 'note':
      return { last: report, open: open && noted(open, report, decision.warned), ended };
    case 'repeat':
      if (decision.warned && ended) await stores.statuses.markWarned(ended.id);
      return { last: report, open, ended };
    case 'open': {
      const given = decision.abandons && open ? await abandon(stores, followed, open) : ended;
      const id = await stores.statuses.openRun(followed.task, report.atMs);
      const { atMs, progress } = report;
      return { last: report, open: { id, beganAtMs: atMs, seenAtMs: atMs, progress, warned: false }, ended: given };
    }
    case 'close':
      if (!open) throw new Error('A run was to be closed that is not open.');
      return { last: report, open: null, ended: await close(stores, followed, open, report, decision) };
    case 'whole': {
      const { failed, warned } = decision;
      const end: RunEnd = { endedAtMs: report.atMs, outcome: outcomeOf(failed), warned, durationMs: null };
      const id = await stores.statuses.addEndedRun(followed.task, end);
      await countRun(stores, followed, report.atMs, { failed, durationMs: null });
      return { last: report, open: null, ended: { id, atMs: report.atMs, status: report.status, failed, pace: null } };
    }
  }
}

/** Adds a run that has ended to its day. Also for runs that are not inferred from reports. */
export async function countRun(
  stores: StatusStores,
  { task, timeZone }: Pick<Followed, 'task' | 'timeZone'>,
  endedAtMs: number,
  entry: DayEntry,
  sign: 1 | -1 = 1,
): Promise<void> {
  await stores.statuses.addToDay(task, dateAt(endedAtMs, timeZone), entry, sign);
}

/** `2026-01-15`: the day that it is at an instant. */
export function dateAt(atMs: number, timeZone: string): string {
  return new Date(WallClock.of(timeZone).readAt(atMs)).toISOString().slice(0, 10);
}

function noted(open: OpenRun, { atMs, progress }: Report, warned: boolean): OpenRun {
  return { ...open, seenAtMs: atMs, progress: progress ?? open.progress, warned: warned || open.warned };
}

async function close(
  stores: StatusStores,
  followed: Followed,
  open: OpenRun,
  report: Report,
  { failed, warned }: { readonly failed: boolean; readonly warned: boolean },
): Promise<EndedRun> {
  // Negative when the clock was set back meanwhile.
  const durationMs = Math.max(0, report.atMs - open.beganAtMs);
  await stores.statuses.endRun(open.id, { endedAtMs: report.atMs, outcome: outcomeOf(failed), warned, durationMs });
  await countRun(stores, followed, report.atMs, { failed, durationMs });
  const pace = failed ? null : paceOf(durationMs, followed.usual);
  if (!failed) await learn(stores, followed.task);
  return { id: open.id, atMs: report.atMs, status: report.status, failed, pace };
}

async function learn(stores: StatusStores, task: number): Promise<void> {
  const usual = learnUsual(await stores.statuses.lastDurations(task, MOST_LEARNED));
  if (usual) await stores.statuses.putUsual(task, usual);
}

/** Its end was never reported: all that is known is when it was last heard of. */
async function abandon(stores: StatusStores, followed: Followed, open: OpenRun): Promise<EndedRun> {
  const { id, seenAtMs, warned } = open;
  await stores.statuses.endRun(id, { endedAtMs: seenAtMs, outcome: 'failed', warned, durationMs: null });
  await countRun(stores, followed, seenAtMs, { failed: true, durationMs: null });
  return { id, atMs: seenAtMs, status: 'failed', failed: true, pace: null };
}

/** Ends a run that nobody waits for any more. It counts nowhere. */
export async function cancelOpenRun(stores: StatusStores, { id, warned }: OpenRun, atMs: number): Promise<void> {
  await stores.statuses.endRun(id, { endedAtMs: atMs, outcome: 'cancelled', warned, durationMs: null });
}

function outcomeOf(failed: boolean): 'failed' | 'completed' {
  return failed ? 'failed' : 'completed';
}
