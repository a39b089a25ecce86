import type { OverviewTask } from '../../contracts/overview.ts';

/** Below this, progress says little: the first percent may be the listing of files. */
const SAYS_SOMETHING_PERCENT = 3;
const SAYS_SOMETHING_SECONDS = 5;

export interface RunTimes {
  /** Null before it has begun. */
  readonly tookSeconds: number | null;
  /** Null where nobody can say. */
  readonly leftSeconds: number | null;
}

/** How long a run takes by now, and how much longer: what the engine says, else by progress, else by what is usual. */
export function runTimes(running: NonNullable<OverviewTask['running']>, nowMs: number): RunTimes {
  const { since, seconds_left: known } = running;
  const tookSeconds = since === null ? null : Math.max(0, nowMs - Date.parse(since)) / 1000;
  return { tookSeconds, leftSeconds: known ?? (tookSeconds === null ? null : reckoned(running, tookSeconds)) };
}

function reckoned(running: NonNullable<OverviewTask['running']>, tookSeconds: number): number | null {
  const { progress, usual_duration_seconds: usualSeconds } = running;
  const says = progress !== null && progress >= SAYS_SOMETHING_PERCENT && tookSeconds >= SAYS_SOMETHING_SECONDS;
  if (says && progress < 100) return (tookSeconds / progress) * (100 - progress);
  return usualSeconds !== null && tookSeconds < usualSeconds ? usualSeconds - tookSeconds : null;
}
