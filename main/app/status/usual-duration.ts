import type { UsualDuration } from './ports.ts';
import type { Pace } from './track.ts';

/** So many runs say what is usual, the last ones. */
export const MOST_LEARNED = 30;
const FEWEST_LEARNED = 5;
/** Differences below this are nobody's concern. */
const FLOOR_MS = 60_000;
const FACTOR = 2;
/** Distances from the median, in robust standard deviations (1.4826 × the median distance, for a normal distribution). */
const DEVIATIONS = 5;
const MAD_TO_SIGMA = 1.4826;

/** Median and median distance from it: single outliers change neither. Null before there are five. */
export function learnUsual(durationsMs: readonly number[]): UsualDuration | null {
  if (durationsMs.length < FEWEST_LEARNED) return null;
  const medianMs = medianOf(durationsMs);
  const spreadMs = medianOf(durationsMs.map((durationMs) => Math.abs(durationMs - medianMs)));
  return { medianMs: Math.round(medianMs), spreadMs: Math.round(spreadMs) };
}

/**
 * Whether a run took much longer, or was much shorter, than is usual: at least twice or at most half of it, by at least a
 * minute, and well beyond what runs differ by anyway. Null for neither.
 */
export function paceOf(durationMs: number, usual: UsualDuration | null): Pace | null {
  if (!usual) return null;
  const { medianMs, spreadMs } = usual;
  const distanceMs = Math.abs(durationMs - medianMs);
  if (distanceMs < Math.max(FLOOR_MS, DEVIATIONS * MAD_TO_SIGMA * spreadMs)) return null;
  if (durationMs >= medianMs * FACTOR) return 'longer';
  return durationMs <= medianMs / FACTOR ? 'shorter' : null;
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}
