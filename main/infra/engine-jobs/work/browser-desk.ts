import type { RepositoryAccess } from '../../../app/engine-jobs/ports/job-context.ts';
import {
  dump,
  type DumpOptions,
  EngineError,
  openLocation,
  rawText,
  type RawPath,
  Repository,
  toPlainError,
  type SnapshotFileSystem,
} from '../../../engine/index.ts';
import type { BrowserAnswers, BrowserQuestion, FromBrowser } from '../browser-messages.ts';
import { browsedEntry } from './browsed-entry.ts';
import { ChunkSender } from './chunk-sender.ts';
import { fileBytes } from './file-bytes.ts';
import { OpenSnapshots } from './open-snapshots.ts';
import { pathOfText } from './path-text.ts';

interface Answer {
  readonly answer: BrowserAnswers[keyof BrowserAnswers];
  readonly chunks?: AsyncIterable<Uint8Array>;
}

/** Answers questions about one repository's snapshots, many at once. */
export class BrowserDesk {
  readonly #access: RepositoryAccess;
  readonly #post: (message: FromBrowser, transfer?: readonly ArrayBuffer[]) => void;
  #snapshots: Promise<OpenSnapshots> | undefined;
  readonly #running = new Map<number, { readonly stop: AbortController; readonly sender: ChunkSender }>();

  constructor(access: RepositoryAccess, post: (message: FromBrowser, transfer?: readonly ArrayBuffer[]) => void) {
    this.#access = access;
    this.#post = post;
  }

  async ask(id: number, question: BrowserQuestion): Promise<void> {
    const stop = new AbortController();
    const sender = new ChunkSender((bytes) => this.#post({ kind: 'chunk', id, bytes }, [bytes.buffer]));
    this.#running.set(id, { stop, sender });
    try {
      const snapshots = await this.#opened();
      const { answer, chunks } = await answerTo(snapshots, question, stop.signal);
      stop.signal.throwIfAborted();
      this.#post({ kind: 'answer', id, answer });
      if (!chunks) return;
      await sender.sendAll(chunks, stop.signal);
      this.#post({ kind: 'end', id });
    } catch (error) {
      // Nobody waits for what was cancelled.
      if (!stop.signal.aborted) this.#post({ kind: 'failure', id, failure: toPlainError(error) });
    } finally {
      this.#running.delete(id);
    }
  }

  credit(id: number): void {
    this.#running.get(id)?.sender.credit();
  }

  cancel(id: number): void {
    this.#running.get(id)?.stop.abort();
  }

  /** Once for all; again after a failure. */
  #opened(): Promise<OpenSnapshots> {
    if (this.#snapshots) return this.#snapshots;
    const { location, password } = this.#access;
    const opening = Promise.resolve()
      .then(() => Repository.open(openLocation(location), { password }))
      .then((repository) => new OpenSnapshots(repository));
    this.#snapshots = opening;
    opening.catch(() => (this.#snapshots = undefined));
    return opening;
  }
}

async function answerTo(snapshots: OpenSnapshots, question: BrowserQuestion, signal: AbortSignal): Promise<Answer> {
  const { snapshotId } = question;
  const path = pathOfText(question.path);
  switch (question.name) {
    case 'stat': {
      const entry = await snapshots.with(snapshotId, (files) => files.stat(path, signal));
      return { answer: browsedEntry(entry) };
    }
    case 'list': {
      const options = { cursor: question.cursor ?? undefined, limit: question.limit, signal };
      const page = await snapshots.with(snapshotId, (files) => files.readDir(path, options));
      const { entries, total, nextCursor = null } = page;
      return { answer: { entries: entries.map(browsedEntry), total, nextCursor } };
    }
    case 'readFile': {
      const { size } = await snapshots.with(snapshotId, (files) => files.openFile(path, signal));
      const { start, end } = question.range ?? { start: 0, end: size };
      return { answer: { sizeBytes: size }, chunks: fileBytes(snapshots, { snapshotId, path, start, end }, signal) };
    }
    case 'readFolder': {
      // An archive can't go on where it was: at least it begins with what is true now.
      await snapshots.renewIfStale();
      const { format } = question;
      const only = question.only?.map(pathOfText);
      const chunks = await snapshots.with(snapshotId, (files) =>
        archiveOf(files, path, { format, signal, ...(only && { only }) }),
      );
      return { answer: { sizeBytes: null }, chunks };
    }
  }
}

async function archiveOf(files: SnapshotFileSystem, path: RawPath, options: DumpOptions) {
  const { signal } = options;
  const entry = await files.stat(path, signal);
  if (entry.node.type !== 'dir') {
    throw new EngineError('invalid_argument', `${rawText(entry.path)} is not a folder but of type ${entry.node.type}.`);
  }
  // Loads the folder itself, so that its loss shows before the first byte.
  await files.readDir(path, { limit: 1, ...(signal && { signal }) });
  const { stream } = await dump(files, path, options);
  return stream as AsyncIterable<Uint8Array>;
}
