import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { Progress, Warning } from '../../engine/index.ts';
import { ProgressLine } from './progress-line.ts';
import { printable } from './printable.ts';

/** Lines are gathered up to this many characters: a listing of a million files is not a million system calls. */
const FLUSH_CHARACTERS = 32 * 1024;

export interface OutputSettings {
  readonly json: boolean;
  readonly quiet: boolean;
  /** How often -v was given. */
  readonly verbose: number;
}

/** A terminal or not: what Node's standard streams are. */
export type OutputStream = Writable & { readonly isTTY?: boolean; readonly columns?: number };

/**
 * Everything the program says. Results go to standard output, for people or (`--json`) one object a line; trouble goes to
 * standard error. The progress line of a terminal gives way to whatever else is printed.
 */
export class Output {
  readonly #stdout: OutputStream;
  readonly #stderr: OutputStream;
  #settings: OutputSettings = { json: false, quiet: false, verbose: 0 };
  #progressLine: ProgressLine | undefined;
  #pending = '';
  #flushScheduled = false;
  #closed = false;

  /** `onClosed`: whoever read standard output went away. Later output is dropped. */
  constructor(stdout: OutputStream, stderr: OutputStream, onClosed: () => void) {
    this.#stdout = stdout;
    this.#stderr = stderr;
    stdout.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      if (this.#closed) return;
      this.#closed = true;
      onClosed();
    });
    stderr.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }

  configure(settings: OutputSettings): void {
    this.#settings = settings;
    const live = this.#stdout.isTTY === true && !settings.json && !settings.quiet;
    this.#progressLine = live ? new ProgressLine(this.#stdout) : undefined;
  }

  get isJson(): boolean {
    return this.#settings.json;
  }

  get isQuiet(): boolean {
    return this.#settings.quiet;
  }

  /** How often -v was given; 0 with --quiet. */
  get verbosity(): number {
    return this.#settings.quiet ? 0 : this.#settings.verbose;
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  /** A line of the result itself, which --quiet does not silence. */
  print(line: string): void {
    this.#write(line + '\n');
  }

  /** A line for people beside the result: silent with --json and --quiet. */
  say(line = ''): void {
    if (!this.isJson && !this.isQuiet) this.print(line);
  }

  /** One JSON document on a line of its own. */
  record(value: unknown): void {
    this.recordText(JSON.stringify(value));
  }

  /** The same, of a value that is JSON text already: 64-bit numbers that a JavaScript number cannot hold. */
  recordText(json: string): void {
    this.#write(json + '\n');
  }

  /** To standard error, as text. */
  complain(line: string): void {
    this.#flush();
    this.#progressLine?.clear();
    this.#stderr.write(line + '\n');
  }

  /** Something went wrong, but the work goes on. With --json in restic's form. */
  warn(warning: Warning): void {
    const { item, message, during } = warning;
    if (this.isJson) {
      this.complain(JSON.stringify({ message_type: 'error', error: { message }, during, item }));
    } else {
      // Most messages of the system name the file already.
      this.complain(
        `warning: ${message.includes(item) ? printable(message) : `${printable(item)}: ${printable(message)}`}`,
      );
    }
  }

  /** The last words of a run that did not succeed. */
  fail(message: string, exitCode: number): void {
    if (this.isJson) this.complain(JSON.stringify({ message_type: 'exit_error', code: exitCode, message }));
    else this.complain(`guardit: ${printable(message, true)}`);
  }

  /** Live, on a terminal; nothing elsewhere. */
  progress(progress: Progress): void {
    if (!this.#progressLine) return;
    this.#flush();
    this.#progressLine.update(progress);
  }

  clearProgress(): void {
    this.#progressLine?.clear();
  }

  /** Standard output for raw bytes. Nothing else may be printed meanwhile. */
  rawStream(): Writable {
    this.#flush();
    this.#progressLine?.clear();
    this.#progressLine = undefined;
    return this.#stdout;
  }

  /** Waits while the reader is slower than we are. Long listings call it now and then. */
  async ready(): Promise<void> {
    if (this.#closed || !this.#stdout.writableNeedDrain) return;
    await Promise.race([once(this.#stdout, 'drain'), once(this.#stdout, 'close')]);
  }

  /** Resolves when the system has taken everything. */
  async finish(): Promise<void> {
    this.#progressLine?.clear();
    this.#flush();
    await Promise.all([written(this.#stdout), written(this.#stderr)]);
  }

  #write(text: string): void {
    if (this.#closed) return;
    this.#progressLine?.clear();
    this.#pending += text;
    if (this.#pending.length >= FLUSH_CHARACTERS) this.#flush();
    else if (!this.#flushScheduled) {
      this.#flushScheduled = true;
      setImmediate(() => {
        this.#flushScheduled = false;
        this.#flush();
      });
    }
  }

  #flush(): void {
    if (this.#pending === '') return;
    const text = this.#pending;
    this.#pending = '';
    if (!this.#closed) this.#stdout.write(text);
  }
}

/** A closed pipe takes everything, too. */
function written(stream: Writable): Promise<void> {
  if (stream.destroyed || stream.writableEnded) return Promise.resolve();
  return new Promise((resolve) => stream.write('', () => resolve()));
}
