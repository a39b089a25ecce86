const LINE_FEED = 10;

/** Whole lines of a log that stand together: bytes from `start` to `end`. */
export interface LogWindow {
  readonly start: number;
  readonly end: number;
  readonly lines: readonly string[];
}

/** How much of a log is kept at once, in characters of its lines: a log of a gigabyte is looked at through this window. */
export const MAX_WINDOW_BYTES = 4 * 1024 * 1024;
export const CHUNK_BYTES = 128 * 1024;

const decoder = new TextDecoder();

/** What a range of bytes shows by itself. `isBeginning`: it starts where a line does. */
export function windowOf(start: number, bytes: Uint8Array, isBeginning: boolean, isEnd: boolean): LogWindow {
  const first = isBeginning ? 0 : bytes.indexOf(LINE_FEED) + 1;
  const last = bytes.lastIndexOf(LINE_FEED) + 1;
  // A line longer than all that was read is cut: nobody reads it to its end anyway.
  const from = first >= bytes.length && !isBeginning ? 0 : first;
  const to = isEnd || last <= from ? bytes.length : last;
  return { start: start + from, end: start + to, lines: linesOf(bytes.subarray(from, to)) };
}

/** With what comes before it. The other end is let go when it becomes too much. */
export function prepended(window: LogWindow, earlier: LogWindow): LogWindow {
  const lines = [...earlier.lines, ...window.lines];
  return trimmedAtEnd({ start: earlier.start, end: window.end, lines });
}

/** With what comes behind it. */
export function appended(window: LogWindow, later: LogWindow): LogWindow {
  return trimmedAtStart({ start: window.start, end: later.end, lines: [...window.lines, ...later.lines] });
}

function linesOf(bytes: Uint8Array): string[] {
  if (bytes.length === 0) return [];
  const lines = decoder.decode(bytes).split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
}

function trimmedAtStart(window: LogWindow): LogWindow {
  if (window.end - window.start <= MAX_WINDOW_BYTES) return window;
  // By whole lines; a quarter at once, so that this is seldom.
  const count = Math.floor(window.lines.length / 4);
  const gone = window.lines.slice(0, count).reduce((sum, line) => sum + byteLength(line) + 1, 0);
  return { start: window.start + gone, end: window.end, lines: window.lines.slice(count) };
}

function trimmedAtEnd(window: LogWindow): LogWindow {
  if (window.end - window.start <= MAX_WINDOW_BYTES) return window;
  const count = Math.floor((window.lines.length * 3) / 4);
  const kept = window.lines.slice(0, count).reduce((sum, line) => sum + byteLength(line) + 1, 0);
  return { start: window.start, end: window.start + kept, lines: window.lines.slice(0, count) };
}

const encoder = new TextEncoder();

function byteLength(line: string): number {
  return encoder.encode(line).length;
}
