import { Console } from 'node:console';
import { Writable } from 'node:stream';
import type { MessagePort } from 'node:worker_threads';
import { MAX_IN_FLIGHT_BYTES, OUTPUT_PIECE_BYTES } from './custom-protocol.ts';
import type { CustomMessage } from './custom-protocol.ts';

/** A waiting thread looks again by itself: a wake-up can come between its look and its sleep, and must not be missed. */
const WAIT_MS = 1000;

/** The thread's side of its output: synchronous, as a console's is, and never more than MAX_IN_FLIGHT_BYTES ahead. */
export class CustomOutput {
  readonly #port: MessagePort;
  readonly #inFlight: Int32Array;

  constructor(port: MessagePort, inFlight: SharedArrayBuffer) {
    this.#port = port;
    this.#inFlight = new Int32Array(inFlight);
  }

  send(message: CustomMessage): void {
    this.#port.postMessage(message);
  }

  write(bytes: Uint8Array): void {
    for (let offset = 0; offset < bytes.byteLength; offset += OUTPUT_PIECE_BYTES) {
      // A copy: a slice would carry all of its buffer across.
      const piece = new Uint8Array(bytes.subarray(offset, offset + OUTPUT_PIECE_BYTES));
      this.#reserve(piece.byteLength);
      this.send({ kind: 'output', bytes: piece });
    }
  }

  progress(percent: number | null, message: string): void {
    const bytes = message.length + 64;
    this.#reserve(bytes);
    this.send({ kind: 'progress', percent, message, bytes });
  }

  /**
   * console and process.stdout of the module lead here: Node's own would hold output back until the thread is idle.
   * The streams themselves stay, Node's bootstrap calls into them.
   */
  capture(): void {
    const stream = () =>
      new Writable({
        decodeStrings: true,
        write: (chunk: Buffer, _encoding, done) => {
          this.write(chunk);
          done();
        },
      });
    const [stdout, stderr] = [stream(), stream()];
    process.stdout.write = stdout.write.bind(stdout) as typeof process.stdout.write;
    process.stderr.write = stderr.write.bind(stderr) as typeof process.stderr.write;
    globalThis.console = new Console({ stdout, stderr });
  }

  #reserve(bytes: number): void {
    for (;;) {
      const before = Atomics.load(this.#inFlight, 0);
      if (before <= MAX_IN_FLIGHT_BYTES) break;
      Atomics.wait(this.#inFlight, 0, before, WAIT_MS);
    }
    Atomics.add(this.#inFlight, 0, bytes);
  }
}
