import { EXIT_CODES } from '../app/errors/error-faces.ts';
import { Interruption } from './interruption.ts';
import { Output } from './output/output.ts';

/** What shells report for a program that SIGPIPE ended. */
const BROKEN_PIPE_EXIT = 141;

/** One call of the program: where it writes, how it is stopped, what it will exit with. */
export class Invocation {
  readonly output: Output;
  readonly interruption: Interruption;
  exitCode: number = EXIT_CODES.success;
  /** Stack traces of what went wrong. */
  debug = false;
  /**
   * A listing that nobody reads any more is over. A backup is not: whoever closed its log did not mean the backup, so it
   * goes on in silence and its own result counts.
   */
  outlivesItsReader = false;
  /** What a first Ctrl+C says. */
  stopMessage = 'Stopping, and removing the lock. Once more stops at once.';

  constructor() {
    this.output = new Output(process.stdout, process.stderr, () => {
      if (!this.outlivesItsReader) this.interruption.abort();
    });
    this.interruption = new Interruption(() => {
      if (this.stopMessage !== '') this.output.complain(this.stopMessage);
    });
  }

  /** Nobody reads our output any more, and the output was all that was wanted. */
  get isPointless(): boolean {
    return this.output.isClosed && !this.outlivesItsReader;
  }

  get finalExitCode(): number {
    return this.isPointless ? BROKEN_PIPE_EXIT : this.exitCode;
  }
}
