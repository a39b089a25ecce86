import { receiveMessageOnPort } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import type { ExecutionContext } from '../../app/runs/ports.ts';
import type { CustomMessage } from './custom-protocol.ts';
import type { OutputChannel, RunOutput } from './run-output.ts';

type Verdict = Extract<CustomMessage, { kind: 'result' | 'failure' }>;

/** This side of what a custom function's thread says: output to the log, in order, and its verdict, of which the first counts. */
export class CustomInbox {
  /** null: not yet, or never. */
  settled: Verdict | null = null;
  readonly verdict: Promise<void>;
  readonly #port: MessagePort;
  readonly #inFlight: Int32Array;
  readonly #channel: OutputChannel;
  readonly #progress: ExecutionContext['progress'];
  #settle: () => void = () => undefined;
  #written: Promise<void> = Promise.resolve();

  constructor(
    port: MessagePort,
    inFlight: SharedArrayBuffer,
    output: RunOutput,
    progress: ExecutionContext['progress'],
  ) {
    this.#port = port;
    this.#inFlight = new Int32Array(inFlight);
    this.#channel = output.channel();
    this.#progress = progress;
    this.verdict = new Promise((resolve) => (this.#settle = resolve));
    port.on('message', (message: CustomMessage) => this.#take(message));
  }

  /** After the thread's end: what it had sent before is taken, too, and written. */
  async close(): Promise<void> {
    for (let next = receiveMessageOnPort(this.#port); next; next = receiveMessageOnPort(this.#port)) {
      // The thread sends nothing else (custom-output.ts).
      this.#take(next.message as CustomMessage);
    }
    this.#port.close();
    await this.#written;
    await this.#channel.end();
  }

  #take(message: CustomMessage): void {
    switch (message.kind) {
      case 'output':
        this.#written = this.#written
          .then(() => this.#channel.write(message.bytes))
          .then(() => this.#release(message.bytes.byteLength));
        break;
      case 'progress':
        this.#release(message.bytes);
        this.#progress(message.percent, message.message);
        break;
      case 'result':
      case 'failure':
        this.settled ??= message;
        this.#settle();
        break;
    }
  }

  #release(bytes: number): void {
    Atomics.sub(this.#inFlight, 0, bytes);
    Atomics.notify(this.#inFlight, 0);
  }
}
