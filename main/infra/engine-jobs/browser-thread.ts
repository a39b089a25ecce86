import { Worker } from 'node:worker_threads';
import type { BrowsedStream } from '../../app/engine-jobs/ports/browser.ts';
import type { RepositoryAccess } from '../../app/engine-jobs/ports/job-context.ts';
import { BrowsedChunks } from './browsed-chunks.ts';
import type { BrowserAnswers, BrowserQuestion, FromBrowser, ToBrowser } from './browser-messages.ts';
import { cancelledFailure, deadThreadFailure, EngineFailure } from './engine-failure.ts';
import { jobWorkerUrl } from './job-worker-url.ts';

interface Asked {
  readonly answered: (answer: BrowserAnswers[keyof BrowserAnswers]) => void;
  readonly failed: (error: unknown) => void;
  readonly chunks: BrowsedChunks | undefined;
  readonly letGo: () => void;
}

type StreamQuestion = Extract<BrowserQuestion, { name: 'readFile' | 'readFolder' }>;
type PlainQuestion = Exclude<BrowserQuestion, StreamQuestion>;

/** A thread that has one repository open. It keeps no process alive while nobody waits for it. */
export class BrowserThread {
  readonly #worker: Worker;
  readonly #asked = new Map<number, Asked>();
  readonly #onIdle: () => void;
  #nextId = 1;
  #crash: unknown;
  #hasEnded = false;
  #isStopping = false;

  /** `onIdle`: nobody waits any more. `onEnd`: the thread is over, by itself or stopped. */
  constructor(access: RepositoryAccess, handlers: { readonly onIdle: () => void; readonly onEnd: () => void }) {
    this.#onIdle = handlers.onIdle;
    this.#worker = new Worker(jobWorkerUrl('snapshot-browser'), { name: 'engine browse', trackUnmanagedFds: true });
    this.#worker.on('message', (message: FromBrowser) => this.#receive(message));
    this.#worker.on('error', (error) => (this.#crash = error));
    this.#worker.on('exit', (code) => {
      this.#hasEnded = true;
      handlers.onEnd();
      const failure = this.#isStopping
        ? cancelledFailure('Browsing')
        : deadThreadFailure('browsing', code, this.#crash);
      for (const id of [...this.#asked.keys()]) this.#fail(id, failure);
    });
    this.#worker.unref();
    this.#post({ kind: 'open', access });
  }

  get isIdle(): boolean {
    return this.#asked.size === 0;
  }

  ask<Question extends PlainQuestion>(
    question: Question,
    signal: AbortSignal,
  ): Promise<BrowserAnswers[Question['name']]> {
    // The thread answers each question with that kind of answer.
    return this.#ask(question, signal, undefined).answer as Promise<BrowserAnswers[Question['name']]>;
  }

  async open(question: StreamQuestion, signal: AbortSignal): Promise<BrowsedStream> {
    let id = 0;
    const chunks = new BrowsedChunks(
      () => this.#post({ kind: 'credit', id }),
      () => this.#cancel(id),
    );
    const asked = this.#ask(question, signal, chunks);
    id = asked.id;
    const { sizeBytes } = (await asked.answer) as BrowserAnswers['readFile'];
    return { sizeBytes, chunks };
  }

  /** Whoever still waits gets `cancelled`. Resolves when the thread has ended. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#worker.terminate();
  }

  #ask(question: BrowserQuestion, signal: AbortSignal, chunks: BrowsedChunks | undefined) {
    const id = this.#nextId++;
    const { promise, resolve, reject } = Promise.withResolvers<BrowserAnswers[keyof BrowserAnswers]>();
    const cancel = () => this.#cancel(id);
    const letGo = () => signal.removeEventListener('abort', cancel);
    this.#asked.set(id, { answered: resolve, failed: reject, chunks, letGo });
    if (this.#hasEnded || this.#isStopping) this.#fail(id, cancelledFailure('Browsing'));
    else if (signal.aborted) cancel();
    else {
      signal.addEventListener('abort', cancel, { once: true });
      this.#worker.ref();
      this.#post({ kind: 'ask', id, question });
    }
    return { id, answer: promise };
  }

  #receive(message: FromBrowser): void {
    const asked = this.#asked.get(message.id);
    if (!asked) return;
    switch (message.kind) {
      case 'answer':
        asked.answered(message.answer);
        if (!asked.chunks) this.#forget(message.id);
        return;
      case 'chunk':
        asked.chunks?.add(message.bytes);
        return;
      case 'end':
        asked.chunks?.finish();
        this.#forget(message.id);
        return;
      case 'failure':
        this.#fail(message.id, new EngineFailure(message.failure));
    }
  }

  #cancel(id: number): void {
    if (!this.#asked.has(id)) return;
    this.#post({ kind: 'cancel', id });
    this.#fail(id, cancelledFailure('Browsing'));
  }

  #fail(id: number, error: EngineFailure): void {
    const asked = this.#asked.get(id);
    asked?.failed(error);
    asked?.chunks?.finish({ error });
    this.#forget(id);
  }

  #forget(id: number): void {
    this.#asked.get(id)?.letGo();
    this.#asked.delete(id);
    if (this.#asked.size > 0) return;
    this.#worker.unref();
    if (!this.#hasEnded) this.#onIdle();
  }

  #post(message: ToBrowser): void {
    this.#worker.postMessage(message);
  }
}
