import type { Status } from '../../../contracts/status.ts';
import type { Report } from './ports.ts';

/** A run that has begun and not ended. */
export interface OpenRun {
  readonly id: number;
  readonly beganAtMs: number;
  /** The last report about it. */
  readonly seenAtMs: number;
  /** The last percentage that was reported. */
  readonly progress: number | null;
  /** Whether a warning was reported. */
  readonly warned: boolean;
}

/** How far a run's duration was from what is usual. */
export type Pace = 'longer' | 'shorter';

/** The last run that ended. */
export interface EndedRun {
  readonly id: number;
  readonly atMs: number;
  readonly status: Status;
  readonly failed: boolean;
  readonly pace: Pace | null;
}

/** Where the runs of a task stand after its last report. */
export interface Track {
  readonly last: Report;
  readonly open: OpenRun | null;
  readonly ended: EndedRun | null;
}

export type Decision =
  /** It says something about the run that is open, or nothing about any run. */
  | { readonly kind: 'note'; readonly warned: boolean }
  /** A run begins; one that was open is given up. */
  | { readonly kind: 'open'; readonly abandons: boolean }
  | { readonly kind: 'close'; readonly failed: boolean; readonly warned: boolean }
  /** A run that nobody knew of has ended. */
  | { readonly kind: 'whole'; readonly failed: boolean; readonly warned: boolean }
  /** It says once more how the last run ended. */
  | { readonly kind: 'repeat'; readonly warned: boolean };

/** Silence after which a run is given up when its script begins anew. */
export const ABANDONED_AFTER_MS = 12 * 3_600_000;
/** Likewise, when progress is back at 0. */
export const RESTARTED_AFTER_MS = 3_600_000;
/** How long the same report counts as the same end, for clients that try again. */
export const REPEATED_WITHIN_MS = 10_000;
/** How long `failed` after `error` (or the other way round), and a warning after a success, belong to the run that ended. */
export const AFTERWORD_WITHIN_MS = 60_000;

const NOTE: Decision = { kind: 'note', warned: false };

/**
 * What a report means for the runs of a monitored task:
 * - `running` begins a run when none is open. While one is open it is progress, unless the script must have begun anew: the open
 *   run was silent for 12 hours, or progress is back at 0 and it was silent for an hour or is past its longest duration. Then
 *   the open run is given up: it failed, at its last report, with an unknown duration.
 * - `completed`, `failed` and `error` end the open run.
 * - `warning` is a note while a run is open, which then ends with warnings; with progress 100 it ends the run as a success.
 * - Without an open run these four are a whole run of unknown duration, but for repetitions: the same report within 10 seconds;
 *   `failed` after `error` or the other way round, and a warning after a success, within a minute.
 * - `unknown` changes nothing.
 */
export function decide(track: Track | null, report: Report, maxDurationMs: number | null): Decision {
  const { status, progress } = report;
  const open = track?.open ?? null;
  if (status === 'unknown') return NOTE;
  if (status === 'running') {
    if (!open) return { kind: 'open', abandons: false };
    return isAbandoned(open, report, maxDurationMs) ? { kind: 'open', abandons: true } : NOTE;
  }
  const failed = isFailure(status);
  const warned = status === 'warning';
  if (open) {
    if (warned && progress !== 100) return { kind: 'note', warned: true };
    return { kind: 'close', failed, warned: warned || open.warned };
  }
  if (track?.ended && repeatsEnd(track.last, track.ended, report)) return { kind: 'repeat', warned };
  return { kind: 'whole', failed, warned };
}

export function isFailure(status: Status): boolean {
  return status === 'failed' || status === 'error';
}

function isAbandoned(open: OpenRun, { atMs, progress }: Report, maxDurationMs: number | null): boolean {
  const silentMs = atMs - open.seenAtMs;
  if (silentMs >= ABANDONED_AFTER_MS) return true;
  if (silentMs >= RESTARTED_AFTER_MS && progress === 0 && (open.progress ?? 0) > 0) return true;
  // Only together with progress back at the start: whoever still counts up is merely slow.
  return maxDurationMs !== null && atMs - open.beganAtMs > maxDurationMs && progress === 0;
}

function repeatsEnd(last: Report, ended: EndedRun, report: Report): boolean {
  const sinceMs = report.atMs - ended.atMs;
  if (sinceMs < 0 || sinceMs > AFTERWORD_WITHIN_MS) return false;
  if (report.status === 'warning' && !ended.failed && ended.status !== 'warning') return true;
  if (isFailure(report.status) && ended.failed && report.status !== ended.status) return true;
  return sinceMs <= REPEATED_WITHIN_MS && isSame(last, report);
}

function isSame(one: Report, other: Report): boolean {
  return (
    one.status === other.status &&
    one.message === other.message &&
    one.progress === other.progress &&
    one.data === other.data
  );
}
