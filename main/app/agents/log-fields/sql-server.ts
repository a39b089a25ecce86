import type { SqlServerFields } from '../../../../contracts/log-fields.ts';
import { countOf } from './lines.ts';

const DONE =
  /^(?:BACKUP|RESTORE) (?:DATABASE|LOG)(?: [A-Z ]{1,40})? successfully processed (\d{1,16}) pages in (\d{1,10}\.\d{1,6}) seconds \((\d{1,10}\.\d{1,6}) MB\/sec\)\.$/;
const MESSAGE = /^Msg (\d{1,10}), Level (\d{1,2}), State \d{1,10}/;
/** Lower levels inform. */
const FIRST_ERROR_LEVEL = 11;
const MAX_ERRORS = 20;

/** Of BACKUP and RESTORE statements of Microsoft SQL Server, as sqlcmd prints them. Several add up. */
export function sqlServerFields(lines: readonly string[]): SqlServerFields | null {
  const done = matches(lines, DONE);
  const errors = matches(lines, MESSAGE)
    .map(([, number, level]) => ({ number: Number(number), level: Number(level) }))
    .filter(({ level }) => level >= FIRST_ERROR_LEVEL);
  if (done.length === 0 && errors.length === 0) return null;
  const speed = done.at(-1)?.[3];
  return {
    tool: 'sql_server',
    statements: done.length,
    pages_processed: done.reduce((sum, [, pages]) => sum + (countOf(pages) ?? 0), 0),
    duration_seconds: roundedToMs(done.reduce((sum, [, , seconds]) => sum + Number(seconds), 0)),
    megabytes_per_second: speed === undefined ? null : Number(speed),
    error_count: errors.length,
    errors: errors.slice(0, MAX_ERRORS),
  };
}

function matches(lines: readonly string[], pattern: RegExp): RegExpExecArray[] {
  return lines.flatMap((line) => {
    const match = pattern.exec(line.trimEnd());
    return match ? [match] : [];
  });
}

/** The sum of decimals is not one. */
function roundedToMs(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
