import { z } from 'zod';

/** An instant with milliseconds, UTC: `2026-11-09T10:30:00.000Z`. */
export const Instant = z.iso.datetime({ offset: false });

/** An instant in whole seconds, UTC: `2026-11-09T10:30:00Z`, as seed 1 writes the times of a task. */
export const InstantInSeconds = z.iso.datetime({ offset: false });

export function toInstant(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

/** Truncates: a time in the future would be a lie. */
export function toInstantInSeconds(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19)}Z`;
}
