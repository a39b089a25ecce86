import type { RunLogWriter } from '../../app/runs/ports.ts';
import { SecretMasker } from './secret-masker.ts';

/** What is kept of a run's output at most, from its beginning. */
export const DEFAULT_MAX_LOG_BYTES = 1 << 30;
/** Beyond that only the newest output is kept, in memory until the end: it tells why a run failed. */
const TAIL_BYTES = 1 << 20;

const NEWLINE = 0x0a;

/** One of the streams that flow into a log. */
export interface OutputChannel {
  write(bytes: Uint8Array): Promise<void>;
  end(): Promise<void>;
}

/**
 * A run's way into its log: known secrets are masked, and a size limit holds. A log that can't be written, on a full disk,
 * stops no backup: the output is counted and dropped from then on, and the outcome says so.
 */
export class RunOutput {
  readonly masker: SecretMasker;
  readonly #secrets: readonly string[];
  readonly #log: RunLogWriter;
  readonly #maxBytes: number;
  #totalBytes = 0;
  #writtenBytes = 0;
  #endsLine = true;
  #failure: string | undefined;
  #tail: Buffer[] = [];
  #tailBytes = 0;

  constructor(log: RunLogWriter, secrets: Iterable<string>, maxBytes: number = DEFAULT_MAX_LOG_BYTES) {
    this.#log = log;
    this.#secrets = [...secrets];
    this.masker = new SecretMasker(this.#secrets);
    this.#maxBytes = maxBytes;
  }

  /** Everything that came, kept or not. */
  get totalBytes(): number {
    return this.#totalBytes;
  }

  /** Each stream has its own: a secret is never cut by what another stream says. */
  channel(): OutputChannel {
    const masker = new SecretMasker(this.#secrets);
    return {
      write: (bytes) => this.#add(masker.pass(bytes)),
      end: () => this.#add(masker.end()),
    };
  }

  /** A line of GuardIT's own, told from the output by its mark. */
  async note(text: string): Promise<void> {
    const start = this.#endsLine ? '' : '\n';
    await this.#add(Buffer.from(`${start}[GuardIT] ${this.masker.maskText(text)}\n`));
  }

  /** Writes what was kept of the end. Resolves with the reason why the log lacks something, if it does. */
  async finish(): Promise<string | undefined> {
    const leftOut = this.#totalBytes - this.#writtenBytes - this.#tailBytes;
    if (this.#tailBytes > 0) {
      const gap = `\n[GuardIT] ${leftOut} bytes are left out here: the limit of a log is ${this.#maxBytes} bytes.\n`;
      if (leftOut > 0) await this.#write(Buffer.from(gap));
      for (const piece of this.#tail) await this.#write(piece);
      this.#tail = [];
      this.#tailBytes = 0;
    }
    if (this.#failure !== undefined) return this.#failure;
    return leftOut > 0 ? `${leftOut} bytes of output are beyond the limit of ${this.#maxBytes} bytes.` : undefined;
  }

  async #add(bytes: Buffer): Promise<void> {
    if (bytes.length === 0) return;
    this.#totalBytes += bytes.length;
    this.#endsLine = bytes[bytes.length - 1] === NEWLINE;
    const room = Math.max(0, this.#maxBytes - this.#writtenBytes);
    const head = bytes.subarray(0, room);
    // Counted before anything is awaited: the streams come here at the same time.
    this.#writtenBytes += head.length;
    if (head.length < bytes.length) this.#keepTail(bytes.subarray(head.length));
    if (head.length > 0) await this.#write(head);
  }

  #keepTail(bytes: Buffer): void {
    this.#tail.push(bytes);
    this.#tailBytes += bytes.length;
    for (let first = this.#tail[0]; first && this.#tailBytes - first.length >= TAIL_BYTES; first = this.#tail[0]) {
      this.#tail.shift();
      this.#tailBytes -= first.length;
    }
  }

  async #write(bytes: Buffer): Promise<void> {
    if (this.#failure !== undefined) return;
    try {
      await this.#log.write(bytes);
    } catch (error) {
      this.#failure ??= error instanceof Error ? error.message : String(error);
    }
  }
}
