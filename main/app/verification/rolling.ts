import { z } from 'zod';

const DAY_MS = 86_400_000;
/** The engine divides a repository by the first byte of its packs' names. */
const MOST_PARTS = 256;

/** How far a repository has been read, part by part. */
export const RollingState = z.object({
  parts: z.int().min(1).max(MOST_PARTS),
  /** The part that is read next, 1 to `parts`. */
  next: z.int().min(1),
  /** When parts were read last, in milliseconds since 1970. */
  last_at: z.number(),
  /** When all of them had been read last; null: not yet. */
  round_ended_at: z.number().nullable(),
});
export type RollingState = z.infer<typeof RollingState>;

/**
 * The parts that are due, so that all are read every `coverDays`: as many as the time since the last ones comes to, however
 * often it is looked. Days that were missed are caught up, one whole round at most.
 */
export function dueParts(state: RollingState | null, coverDays: number, now: Date): readonly number[] {
  const parts = Math.min(coverDays, MOST_PARTS);
  if (state?.parts !== parts) return [1];
  const passedMs = now.getTime() - state.last_at;
  const wanted = Math.round(passedMs / ((coverDays * DAY_MS) / parts));
  // A clock that was set back reads one part all the same.
  const count = Math.min(parts, Math.max(1, wanted));
  return Array.from({ length: count }, (_, at) => ((state.next - 1 + at) % parts) + 1);
}

/** After `part` was read. */
export function afterPart(state: RollingState | null, part: number, coverDays: number, now: Date): RollingState {
  const parts = Math.min(coverDays, MOST_PARTS);
  const before = state?.parts === parts ? state.round_ended_at : null;
  return {
    parts,
    next: (part % parts) + 1,
    last_at: now.getTime(),
    round_ended_at: part === parts ? now.getTime() : before,
  };
}

export function rollingKey(repositoryId: string): string {
  return `verification.rolling.${repositoryId}`;
}
