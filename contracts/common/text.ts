import { z } from 'zod';

// C0, DEL and C1. They would reach terminals and logs.
const CONTROL = /\p{Cc}/u;
/** As above, without tab, line feed and carriage return. */
const CONTROL_IN_TEXT = /[^\P{Cc}\t\n\r]/u;

/** One line of at most `max` Unicode code points, without control characters. */
export function line(max: number, min = 1) {
  return limited(min, max).refine((text) => !CONTROL.test(text), 'must not contain control characters');
}

/** Text of several lines, at most `max` Unicode code points. */
export function multiline(max: number) {
  return limited(0, max).refine((text) => !CONTROL_IN_TEXT.test(text), 'must not contain control characters');
}

/** JSON Schema counts code points where zod's own `min` and `max` count UTF-16 units: an emoji would weigh two. */
function limited(min: number, max: number) {
  return z
    .string()
    .refine((text) => codePoints(text) <= max, `must have at most ${max} characters`)
    .refine((text) => codePoints(text) >= min, min === 1 ? 'must not be empty' : `must have at least ${min} characters`)
    .refine((text) => text.isWellFormed(), 'contains half a character (a lone surrogate)')
    .meta({ minLength: min, maxLength: max });
}

function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
