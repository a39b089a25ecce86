import type { RobocopyFields, RobocopyRow } from '../../../../contracts/log-fields.ts';
import { countOf, defined } from './lines.ts';

const HEADINGS = /^ {1,40}Total {1,20}Copied {1,20}Skipped {1,20}Mismatch {1,20}FAILED {1,20}Extras *$/;
const ROW = /^ {0,10}(Dirs|Files|Bytes) : (.*)$/;
/** `12`, `1,234`, `1.234 m`. */
const NUMBER = /(\d[\d.,]{0,24})(?: ([kmgt])(?![a-z]))?/g;
/** Robocopy counts in 1,024s whatever its letters. */
const UNITS: Readonly<Record<string, number>> = { k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 };
const ROWS_AFTER_HEADINGS = 4;

/** Of a copy by robocopy in English. The last table counts. */
export function robocopyFields(lines: readonly string[]): RobocopyFields | null {
  const headings = lines.findLastIndex((line) => HEADINGS.test(line));
  if (headings < 0) return null;
  const rows = new Map<string, RobocopyRow>();
  for (const line of lines.slice(headings + 1, headings + 1 + ROWS_AFTER_HEADINGS)) {
    const [, name, cells] = ROW.exec(line) ?? [];
    const row = cells === undefined ? null : rowOf(cells);
    if (name !== undefined && row) rows.set(name, row);
  }
  const [dirs, files, bytes] = ['Dirs', 'Files', 'Bytes'].map((name) => rows.get(name));
  if (!dirs && !files) return null;
  return defined<RobocopyFields>({ tool: 'robocopy', dirs, files, bytes, ...meaningOf([dirs, files]) });
}

function rowOf(cells: string): RobocopyRow | null {
  const numbers = [...cells.matchAll(NUMBER)].map(([, digits, unit]) => numberOf(digits ?? '', unit));
  const [total, copied, skipped, mismatch, failed, extras] = numbers;
  if (numbers.length !== 6 || total === undefined || copied === undefined || skipped === undefined) return null;
  if (mismatch === undefined || failed === undefined || extras === undefined) return null;
  return { total, copied, skipped, mismatch, failed, extras };
}

/** With a unit the last dot or comma begins the decimals; without one they only group the digits. */
function numberOf(digits: string, unit: string | undefined): number | undefined {
  const factor = unit === undefined ? undefined : UNITS[unit];
  if (factor === undefined) return countOf(digits.replaceAll(/[.,]/g, ''));
  const point = Math.max(digits.lastIndexOf('.'), digits.lastIndexOf(','));
  const whole = (point < 0 ? digits : digits.slice(0, point)).replaceAll(/[.,]/g, '');
  const decimals = point < 0 ? '' : digits.slice(point + 1);
  const value = Math.round(Number(`${whole || '0'}.${decimals || '0'}`) * factor);
  return Number.isSafeInteger(value) ? value : undefined;
}

/** The bits of robocopy's exit code, as far as the table shows them; 8 and more is a failure. */
function meaningOf(rows: readonly (RobocopyRow | undefined)[]): Pick<RobocopyFields, 'exit_code' | 'outcome'> {
  const any = (name: keyof RobocopyRow) => rows.some((row) => row !== undefined && row[name] > 0);
  const [copied, extras, mismatch, failed] = [any('copied'), any('extras'), any('mismatch'), any('failed')];
  const exit_code = Number(copied) + 2 * Number(extras) + 4 * Number(mismatch) + 8 * Number(failed);
  if (failed) return { exit_code, outcome: 'failed' };
  if (mismatch) return { exit_code, outcome: 'mismatch' };
  return { exit_code, outcome: copied ? 'copied' : 'unchanged' };
}
