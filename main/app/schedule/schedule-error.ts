/** What a person may write as a schedule, in the order in which a message lists it. */
export const SCHEDULE_FORMATS: readonly string[] = [
  'every N minutes|hours|days',
  'daily at H:MM',
  'weekly on monday at H:MM',
  'monthly on 1 at H:MM (1 to 31, or last)',
  'a cron expression of 5 or 6 fields',
  'manual',
];

export type ScheduleErrorCode = 'invalid_schedule' | 'invalid_time_zone';

/** A schedule or a time zone that a person wrote and we can't follow. The message is meant for that person. */
export class ScheduleError extends Error {
  readonly code: ScheduleErrorCode;
  /** Empty for a time zone. */
  readonly acceptedFormats: readonly string[];

  constructor(code: ScheduleErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'ScheduleError';
    this.code = code;
    this.acceptedFormats = code === 'invalid_schedule' ? SCHEDULE_FORMATS : [];
  }
}

/** `reason` is a clause that says what is wrong: `the hour must be 0 to 23`. */
export function invalidSchedule(text: string, reason: string, cause?: unknown): ScheduleError {
  const accepted = `Accepted are: ${SCHEDULE_FORMATS.join('; ')}.`;
  return new ScheduleError('invalid_schedule', `Invalid schedule ${quote(text)}: ${reason}. ${accepted}`, cause);
}

/** As JSON, so that control characters can't reach a terminal or a log, and never longer than a line. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 79)}…` : text);
}
