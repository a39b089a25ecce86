/** The smallest round step that is not below `least`. */
export type StepOf = (least: number) => number;

/** Sizes are written in units of 1024: `256 MB, 512 MB, 768 MB, 1 GB`. */
export const byteStep: StepOf = (least) => Math.max(1, 2 ** Math.ceil(Math.log2(least)));

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const SECOND_STEPS = [
  ...[1, 2, 5, 10, 15, 30],
  ...[1, 2, 5, 10, 15, 30].map((count) => count * MINUTE),
  ...[1, 2, 3, 6, 12].map((count) => count * HOUR),
  ...[1, 2, 5, 10, 20, 50, 100].map((count) => count * DAY),
];

/** `15 min, 30 min, 45 min, 1 hr` */
export const secondStep: StepOf = (least) =>
  SECOND_STEPS.find((step) => step >= least) ?? Math.ceil(least / (100 * DAY)) * 100 * DAY;

const MOST_LINES = 4;

/** Round figures for an axis, from 0 to what is not below the largest value. */
export function axisTicks(largest: number, stepOf: StepOf): number[] {
  const step = stepOf((largest > 0 ? largest : MOST_LINES) / MOST_LINES);
  const lines = Math.max(1, Math.ceil(largest / step));
  return Array.from({ length: lines + 1 }, (_line, index) => index * step);
}
