import type { FlushTime } from './flush-time.ts';
import type { LoadResult } from './loads.ts';
import { percentile } from './percentile.ts';

/** What may come on top of a flush, at the 99th percentile (issue: status intake). */
export const ALLOWED_MS = 10;

/** One measurement of one server. */
export interface Round extends LoadResult {
  readonly server: string;
  readonly load: string;
  readonly round: number;
  /** Of the same disk, right before. */
  readonly flush: FlushTime;
  /** CPU time of the server for each report, all of its threads: much steadier than any latency. */
  readonly cpuUsEach: number;
  /** Cores that everything else took: 0.5 is half of one. NaN where that can't be told. */
  readonly foreign: number;
}

export interface Verdict {
  /** Median over the rounds, and the range. */
  readonly p99Ms: number;
  readonly lowestMs: number;
  readonly highestMs: number;
  readonly limitMs: number;
  readonly met: boolean;
  readonly roundsBelow: number;
  /** Median of the cores that everything else took. NaN where that can't be told. */
  readonly foreign: number;
}

/** Above so much of a core, what was measured is the other programs. */
export const QUIET_CORES = 0.2;

/** The median of all rounds, none left out, against the median of the flushes. One refused report fails it. */
export function judge(rounds: readonly Round[]): Verdict {
  const p99s = rounds.map(({ p99Ms }) => p99Ms);
  const p99Ms = percentile(p99s, 0.5);
  const limitMs =
    ALLOWED_MS +
    percentile(
      rounds.map(({ flush }) => flush.p99Ms),
      0.5,
    );
  return {
    p99Ms,
    lowestMs: Math.min(...p99s),
    highestMs: Math.max(...p99s),
    limitMs,
    met: p99Ms < limitMs && rounds.every(({ refused }) => refused === 0),
    foreign: percentile(
      rounds.map(({ foreign }) => foreign),
      0.5,
    ),
    roundsBelow: p99s.filter((value) => value < limitMs).length,
  };
}

const COLUMNS: readonly (readonly [string, (round: Round) => string])[] = [
  ['server', ({ server }) => server],
  ['load', ({ load }) => load],
  ['round', ({ round }) => String(round)],
  ['statuses/s', ({ perSecond }) => String(perSecond)],
  ['p50 ms', ({ p50Ms }) => p50Ms.toFixed(1)],
  ['p99 ms', ({ p99Ms }) => p99Ms.toFixed(1)],
  ['max ms', ({ maxMs }) => maxMs.toFixed(1)],
  ['not 201', ({ refused }) => String(refused)],
  ['flush p50', ({ flush }) => flush.p50Ms.toFixed(2)],
  ['flush p99', ({ flush }) => flush.p99Ms.toFixed(2)],
  ['sent late, p99', ({ lateP99Ms }) => lateP99Ms.toFixed(1)],
  ['CPU µs each', ({ cpuUsEach }) => cpuUsEach.toFixed(0)],
  ['other CPU', ({ foreign }) => foreign.toFixed(2)],
];

/** A table in Markdown, a line a measurement. */
export function showRounds(rounds: readonly Round[]): string {
  const rows = [COLUMNS.map(([name]) => name), ...rounds.map((round) => COLUMNS.map(([, show]) => show(round)))];
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`;
  const rule = `| ${widths.map((width, column) => (column < 2 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  const [head = [], ...body] = rows.map(line);
  return [head, rule, ...body].join('\n');
}
