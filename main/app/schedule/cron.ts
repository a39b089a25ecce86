import { CronExpressionParser } from 'cron-parser';
import type { WallPattern } from './wall-pattern.ts';
import { invalidSchedule } from './schedule-error.ts';

/**
 * Checks the fields of a cron expression and returns its canonical text.
 * cron-parser decides what a field may hold, `L` (last) and `#` (nth weekday) among it, and refuses days that no month
 * has. We take away its `H`, a random number that would be another one at each start.
 */
export function checkCron(text: string, fields: readonly string[]): string {
  const expression = fields.join(' ').toUpperCase();
  if (expression.replaceAll('THU', '').includes('H')) throw invalidSchedule(text, 'random times (H) are not supported');
  try {
    cronPattern(expression).after(0);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw invalidSchedule(text, `the cron expression does not hold (${reason.replace(/[.]$/, '')})`, error);
  }
  return expression;
}

/**
 * The times that an expression names on a calendar without time zones. cron-parser walks it in UTC, where its own ideas
 * of daylight saving never apply: next-due.ts has one rule for all schedules.
 */
export function cronPattern(expression: string): WallPattern {
  let pattern = patterns.get(expression);
  if (!pattern) {
    pattern = parsePattern(expression);
    if (patterns.size >= MOST_PATTERNS) patterns.clear();
    patterns.set(expression, pattern);
  }
  return pattern;
}

/** Parsing takes longer than a step on the calendar, and steps are taken often when missed ones are counted. */
const patterns = new Map<string, WallPattern>();
const MOST_PATTERNS = 256;

function parsePattern(expression: string): WallPattern {
  const cron = CronExpressionParser.parse(expression, { tz: 'UTC' });
  return {
    everyHour: cron.fields.hour.values.length === 24,
    after(wallMs) {
      cron.reset(new Date(wallMs));
      return cron.next().getTime();
    },
    upTo(wallMs) {
      // prev() looks strictly before its start, at whole seconds.
      cron.reset(new Date(wallMs + 1));
      return cron.prev().getTime();
    },
  };
}
