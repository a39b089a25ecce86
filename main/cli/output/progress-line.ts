import type { Progress } from '../../engine/index.ts';
import { formatBytes, formatCount, formatDuration } from './format.ts';
import type { OutputStream } from './output.ts';
import { printable } from './printable.ts';
import { RateEstimator } from './rate-estimator.ts';
import { keepEnd, textWidth } from './text-width.ts';

/** What people are told; other phases are called what they are. */
const PHASE_NAMES: Readonly<Record<string, string>> = {
  'load-index': 'reading the index',
  'check-trees': 'checking folders',
  'read-data': 'reading data',
  'mark-used': 'finding what is used',
  'read-headers': 'reading packs',
  'rewrite-index': 'writing the index',
  'delete-packs': 'deleting packs',
  'delete-unindexed': 'deleting packs',
};

/** For a terminal that does not know its width, or calls it 0. */
const DEFAULT_COLUMNS = 80;
const BAR_COLUMNS = 16;
/** Below this a path tells nothing. */
const MIN_PATH_COLUMNS = 12;
const ERASE_LINE = '\r\u001b[2K';

/** One line at the bottom of a terminal, redrawn in place: percent, counts, speed, time left, what is being worked on. */
export class ProgressLine {
  readonly #stream: OutputStream;
  readonly #rate = new RateEstimator();
  #phase = '';
  #shown = false;

  constructor(stream: OutputStream) {
    this.#stream = stream;
  }

  update(progress: Progress, nowMs = performance.now()): void {
    if (progress.phase !== this.#phase) {
      this.#phase = progress.phase;
      this.#rate.reset();
    }
    this.#rate.add(nowMs, progress.bytesDone);
    const line = renderProgress(progress, this.#rate.perSecond, this.#stream.columns || DEFAULT_COLUMNS);
    this.#stream.write(ERASE_LINE + line);
    this.#shown = true;
  }

  clear(): void {
    if (!this.#shown) return;
    this.#shown = false;
    this.#stream.write(ERASE_LINE);
  }
}

/** `bytesPerSecond` 0 means unknown. The line is at most one column narrower than the terminal, so that it never wraps. */
export function renderProgress(progress: Progress, bytesPerSecond: number, columns: number): string {
  const fraction = fractionDone(progress);
  const parts = [
    PHASE_NAMES[progress.phase] ?? progress.phase,
    fraction === undefined ? '' : `${(fraction * 100).toFixed(1)}%`,
    fraction === undefined || columns < 100 ? '' : bar(fraction),
    counted(progress),
    bytesPerSecond > 0 ? `${formatBytes(bytesPerSecond)}/s` : '',
    eta(progress, bytesPerSecond),
    progress.errors ? `${formatCount(progress.errors)} warnings` : '',
  ].filter((part) => part !== '');
  const available = columns - 1;
  // The least important things stand at the end.
  while (parts.length > 1 && textWidth(parts.join('  ')) > available) parts.pop();
  const line = parts.join('  ');
  const path = progress.currentPaths?.[0];
  const left = available - textWidth(line) - 2;
  if (path === undefined || left < MIN_PATH_COLUMNS) return keepEnd(line, available);
  return `${line}  ${keepEnd(printable(path), left)}`;
}

function fractionDone({ bytesDone, totalBytes, itemsDone, totalItems }: Progress): number | undefined {
  if (totalBytes !== undefined && totalBytes > 0) return Math.min(1, bytesDone / totalBytes);
  if (totalItems !== undefined && totalItems > 0) return Math.min(1, (itemsDone ?? 0) / totalItems);
  return undefined;
}

function bar(fraction: number): string {
  const full = Math.floor(fraction * BAR_COLUMNS);
  return `[${'='.repeat(full)}${full < BAR_COLUMNS ? '>' : ''}${' '.repeat(Math.max(0, BAR_COLUMNS - full - 1))}]`;
}

function counted({ filesDone, totalFiles, bytesDone, totalBytes, itemsDone, totalItems }: Progress): string {
  const parts: string[] = [];
  const of = (total: string | undefined) => (total === undefined ? '' : ` of ${total}`);
  if (filesDone > 0 || totalFiles) {
    parts.push(`${formatCount(filesDone)}${of(totalFiles === undefined ? undefined : formatCount(totalFiles))} files`);
  }
  if (bytesDone > 0 || totalBytes) {
    parts.push(formatBytes(bytesDone) + of(totalBytes === undefined ? undefined : formatBytes(totalBytes)));
  }
  if (parts.length === 0 && itemsDone !== undefined) {
    parts.push(formatCount(itemsDone) + of(totalItems === undefined ? undefined : formatCount(totalItems)));
  }
  return parts.join('  ');
}

function eta({ bytesDone, totalBytes }: Progress, bytesPerSecond: number): string {
  if (totalBytes === undefined || bytesPerSecond <= 0 || bytesDone >= totalBytes) return '';
  return `ETA ${formatDuration((totalBytes - bytesDone) / bytesPerSecond)}`;
}
