import type { Work } from './work.ts';

/** Windows' limit for the text of a notification icon, without its terminator. */
export const MAX_TOOLTIP_LENGTH = 127;

export interface TooltipParts {
  readonly headline: string;
  readonly running: readonly Work[];
  readonly next: { readonly name: string; readonly at: Date } | null;
  readonly now: Date;
}

/**
 * Two or three short lines: how things are, what runs, what comes next. Each gets a fair share of the 127 characters, so a
 * long name never hides the next line. Minutes are the finest grain, or the text would change all the time.
 */
export function tooltipOf({ headline, running, next, now }: TooltipParts): string {
  const lines = [`GuardIT: ${headline}`, ...runningLine(running), ...(next ? [nextLine(next, now)] : [])];
  const shareLength = Math.floor((MAX_TOOLTIP_LENGTH - (lines.length - 1)) / lines.length);
  const spareLength = lines.reduce((sum, line) => sum + Math.max(0, shareLength - line.length), 0);
  // What short lines leave over goes to the long ones, the first first.
  let left = spareLength;
  const fitted = lines.map((line) => {
    const wanted = Math.max(0, line.length - shareLength);
    const extra = Math.min(wanted, left);
    left -= extra;
    return cut(line, shareLength + extra);
  });
  return fitted.join('\n');
}

function runningLine(running: readonly Work[]): string[] {
  const [first, ...others] = running;
  if (!first) return [];
  const details = [
    ...(first.percent === null ? [] : [`${Math.floor(first.percent)} %`]),
    ...(first.remainingMs === null ? [] : [`${durationText(first.remainingMs)} left`]),
  ];
  const more = others.length > 0 ? ` (+${others.length})` : '';
  const tail = `${details.length > 0 ? `: ${details.join(', ')}` : ' runs'}${more}`;
  // The name gives way, never the figures.
  return [`${cut(first.name, 40)}${tail}`];
}

function nextLine({ name, at }: { name: string; at: Date }, now: Date): string {
  return `Next: ${cut(name, 30)} ${whenText(at, now)}`;
}

/** Rounded up to whole minutes, or hours once there are many. */
export function durationText(ms: number): string {
  const minutes = Math.max(1, Math.ceil(ms / 60_000));
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}

/** By the clock of this machine: 02:00, tomorrow 02:00, or the date. */
export function whenText(at: Date, now: Date): string {
  const time = at.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  const midnight = (offsetDays: number) =>
    new Date(now.getFullYear(), now.getMonth(), now.getDate() + offsetDays).getTime();
  if (at.getTime() < midnight(1)) return time;
  if (at.getTime() < midnight(2)) return `tomorrow ${time}`;
  return `${at.getFullYear()}-${twoDigits(at.getMonth() + 1)}-${twoDigits(at.getDate())} ${time}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

/** One line, at most so many UTF-16 units, without half a character at the end. */
function cut(text: string, maxLength: number): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  if (line.length <= maxLength) return line;
  return `${line.slice(0, Math.max(0, maxLength - 1)).replace(/[\ud800-\udbff]$/, '')}…`;
}
