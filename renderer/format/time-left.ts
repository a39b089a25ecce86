/** Below this, progress says little: the first percent may be the listing of files. */
const SAYS_SOMETHING_PERCENT = 3;
const SAYS_SOMETHING_SECONDS = 5;

export interface Course {
  readonly tookSeconds: number;
  /** Null where nobody knows. */
  readonly percent: number | null;
  /** How long it usually takes, where that is known. */
  readonly usualSeconds: number | null;
}

/** How much longer it will take; null where nobody can say. */
export function secondsLeft({ tookSeconds, percent, usualSeconds }: Course): number | null {
  if (percent !== null && percent >= SAYS_SOMETHING_PERCENT && percent < 100 && tookSeconds >= SAYS_SOMETHING_SECONDS) {
    return (tookSeconds / percent) * (100 - percent);
  }
  if (usualSeconds !== null && tookSeconds < usualSeconds) return usualSeconds - tookSeconds;
  return null;
}
