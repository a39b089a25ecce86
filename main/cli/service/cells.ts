import { formatBytes, formatLocalTime } from '../output/format.ts';
import { printable } from '../output/printable.ts';

const LONGEST_LINE = 100;

/** `2026-11-22 17:49`, or nothing. */
export function timeCell(time: string | null | undefined): string {
  return time ? formatLocalTime(time).slice(0, 16) : '';
}

/** The first line of whatever a script said, cut where a table would become unreadable. */
export function messageCell(text: string | null | undefined): string {
  if (!text) return '';
  const line = printable(text.trim().split(/\r?\n/, 1)[0] ?? '');
  const characters = [...line];
  return characters.length <= LONGEST_LINE ? line : `${characters.slice(0, LONGEST_LINE - 1).join('')}…`;
}

export function textCell(text: string | null | undefined): string {
  return printable(text ?? '');
}

/** `1.43 GiB`; nothing where nobody knows. */
export function sizeCell(bytes: number | null): string {
  return bytes === null ? '' : formatBytes(bytes);
}

/** `12 s`, `3 min`, `5 h`, `4 d`. */
export function durationCell(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined) return '';
  if (seconds < 120) return `${seconds < 10 ? Math.round(seconds * 10) / 10 : Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} d`;
}

/** One line a field, names aligned; fields without a value are left out. */
export function fieldLines(fields: readonly (readonly [name: string, value: string | null | undefined])[]): string[] {
  const present = fields.filter(([, value]) => value !== null && value !== undefined && value !== '');
  const width = Math.max(0, ...present.map(([name]) => name.length));
  return present.map(([name, value]) => `${`${name}:`.padEnd(width + 2)}${value}`);
}
