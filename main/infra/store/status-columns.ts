import type { Report, Track, UsualDuration } from '../../app/status/ports.ts';

/** A `current_status` row that may be missing, as a left join gives it. */
export interface TrackRow {
  readonly at: number | null;
  readonly status: Report['status'] | null;
  readonly message: string | null;
  readonly progress: number | null;
  readonly data: string | null;
  readonly run: number | null;
  readonly run_began_at: number | null;
  readonly run_seen_at: number | null;
  readonly run_progress: number | null;
  readonly run_warned: number | null;
  readonly end_run: number | null;
  readonly end_at: number | null;
  readonly end_status: Report['status'] | null;
  readonly end_failed: number | null;
  readonly end_pace: 'longer' | 'shorter' | null;
}

/** Of `current_status`, but for its message and data. */
export const TRACK_COLUMNS = [
  'current_status.at',
  'current_status.status',
  'current_status.progress',
  'current_status.run',
  'current_status.run_began_at',
  'current_status.run_seen_at',
  'current_status.run_progress',
  'current_status.run_warned',
  'current_status.end_run',
  'current_status.end_at',
  'current_status.end_status',
  'current_status.end_failed',
  'current_status.end_pace',
] as const;

export function trackOf(row: TrackRow): Track | null {
  const { at, status, message, progress, data } = row;
  if (at === null || status === null) return null;
  return { last: { atMs: at, status, message, progress, data }, open: openOf(row), ended: endedOf(row) };
}

function openOf(row: TrackRow): Track['open'] {
  const { run, run_began_at, run_seen_at, run_progress, run_warned } = row;
  if (run === null || run_began_at === null || run_seen_at === null) return null;
  return {
    id: run,
    beganAtMs: run_began_at,
    seenAtMs: run_seen_at,
    progress: run_progress,
    warned: run_warned === 1,
  };
}

function endedOf({ end_run, end_at, end_status, end_failed, end_pace }: TrackRow): Track['ended'] {
  if (end_run === null || end_at === null || end_status === null) return null;
  return { id: end_run, atMs: end_at, status: end_status, failed: end_failed === 1, pace: end_pace };
}

export function usualOf(row: { usual_ms: number | null; spread_ms: number | null }): UsualDuration | null {
  const { usual_ms, spread_ms } = row;
  return usual_ms === null || spread_ms === null ? null : { medianMs: usual_ms, spreadMs: spread_ms };
}
