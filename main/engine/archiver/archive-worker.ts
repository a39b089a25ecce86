import { rawFromClone } from '../base/raw-path.ts';
import type { WorkerPort } from '../base/worker-port.ts';
import { ZstdCodec } from '../compression/zstd-codec.ts';
import { Sealer } from '../crypto/sealer.ts';
import { BlobTable } from '../index/blob-table.ts';
import { Exclusion } from '../source/exclusion.ts';
import { ArchiveControl } from './archive-control.ts';
import {
  noCounts,
  revivePlan,
  type ArchiveSession,
  type ArchiveWorkerData,
  type FolderOutcome,
  type FolderTask,
  type FromArchiveWorker,
  type ItemWarning,
  type ToArchiveWorker,
} from './archive-messages.ts';
import type { ArchivedItem } from './archive-options.ts';
import { BlobSink, compressionLevel } from './blob-sink.ts';
import { EntryEncoder } from './entry-encoder.ts';
import { FileArchiver } from './file-archiver.ts';
import { FileEntries } from './file-entries.ts';
import { FolderArchiver } from './folder-archiver.ts';
import { ParentCursor } from './parent-cursor.ts';
import { ParentTreeLoader } from './parent-tree-loader.ts';
import { ListingReader, ListingWriter } from './shared-listing.ts';
import { SourceScout } from './source-scout.ts';
import { stagedPaths } from './staged-names.ts';
import { ringReader } from './stream-ring.ts';

/** Smaller chunks are stored sooner than handed over. */
const HAND_OVER_BYTES = 256 * 1024;
/** Staged packs of all workers that may wait for the disk. */
const MAX_STAGED_PACKS = 6;
/** What was found is sent at least this often, so that no worker runs dry while another one knows of folders. */
const SEND_AFTER_MS = 20;
const SCOUT_SLICE_MS = 5;

/** One of the threads that read, chunk, hash, compress, encrypt and pack. Synchronous but for waiting. */
export class ArchiveWorker {
  readonly #data: ArchiveWorkerData;
  readonly #port: WorkerPort<ToArchiveWorker, FromArchiveWorker>;
  readonly #control: ArchiveControl;
  readonly #counts = noCounts();
  #outcomes: FolderOutcome[] = [];
  #transfer: ArrayBuffer[] = [];
  #warnings: ItemWarning[] = [];
  #items: ArchivedItem[] = [];
  #lastSentMs = 0;
  #session: OpenSession | undefined;
  #scout: SourceScout | undefined;
  #idle = false;
  #helping = false;

  constructor(data: ArchiveWorkerData, port: WorkerPort<ToArchiveWorker, FromArchiveWorker>) {
    this.#data = data;
    this.#port = port;
    this.#control = new ArchiveControl(data.state);
    port.onMessage((message) => this.#receive(message));
    const { scout } = data;
    if (scout === undefined) return;
    const writer = scout.keep ? new ListingWriter(data.listings) : undefined;
    this.#scout = new SourceScout(revivePlan(scout.plan), new Exclusion(data.exclusion), writer);
    this.#scoutSoon();
  }

  /** Between messages, so that none waits for long. */
  #scoutSoon(): void {
    setImmediate(() =>
      this.#port.guard(() => {
        const scout = this.#scout;
        if (scout === undefined || this.#control.stopped) return;
        const done = scout.step(SCOUT_SLICE_MS);
        const folders = scout.takeFound();
        if (folders.length > 0) this.#port.post({ kind: 'found', folders });
        if (done) this.#port.post({ kind: 'totals', ...scout.totals });
        if (!done && (scout.keeps || this.#data.scout?.count)) return this.#scoutSoon();
        scout.end();
        this.#scout = undefined;
      }),
    );
  }

  #receive(message: ToArchiveWorker): void {
    if (message.kind === 'session') {
      this.#scout?.stopKeeping();
      this.#session = this.#open(message.session);
      return;
    }
    const session = this.#session;
    if (session === undefined) throw new TypeError(`${message.kind} came before the session`);
    this.#setIdle(false);
    try {
      this.#work(session, message);
    } catch (error) {
      session.sink.discard();
      throw error;
    }
    if (message.kind !== 'finish') {
      // Not before the next message has had its turn.
      setImmediate(() => this.#port.guard(() => this.#setIdle(true)));
    }
  }

  #work({ folders, files, sink, parents }: OpenSession, message: Exclude<ToArchiveWorker, { kind: 'session' }>): void {
    switch (message.kind) {
      case 'folders':
        for (const folder of message.folders) folders.archiveFolder(reviveFolder(folder));
        this.#send(true);
        return;
      case 'part':
        folders.archivePart({ ...message.part, path: rawFromClone(message.part.path) });
        this.#send(true);
        return;
      case 'stream':
        this.#port.post({
          kind: 'stream',
          outcome: files.archiveStream(ringReader(message.ring, () => this.#control.throwIfStopped())),
        });
        return;
      case 'finish':
        while (this.#takeChunk(sink));
        sink.finish();
        parents.close();
        this.#port.post({ kind: 'finished', counts: this.#counts });
    }
  }

  #open(session: ArchiveSession): OpenSession {
    const { compression, withAtime, ignoreCtime, ignoreInode, wantItems } = this.#data;
    const sealer = new Sealer(session.masterKey);
    const zstd = new ZstdCodec({ level: compressionLevel(compression) });
    const table = BlobTable.attach(session.table);
    const onWarning = (item: string, message: string) => void this.#warnings.push({ item, message });
    const { stagingFolder } = session;
    const sink = new BlobSink({
      table,
      sealer,
      zstd,
      version: session.version,
      compression,
      counts: this.#counts,
      nextPath: stagingFolder === undefined ? undefined : stagedPaths(stagingFolder, this.#data.stagedPrefix),
      onPack: (pack) => {
        this.#control.packStaged();
        this.#port.post({ kind: 'pack', pack }, [pack.entries.buffer]);
        this.#control.waitForCommits(MAX_STAGED_PACKS);
      },
      handOver: (entry, chunk) => chunk.length >= HAND_OVER_BYTES && this.#control.offer(entry, chunk),
    });
    const files = new FileArchiver({
      sink,
      chunkerPolynomial: session.chunkerPolynomial,
      onBytes: (bytes) => {
        this.#control.throwIfStopped();
        this.#control.addProgress(this.#data.worker, 0, bytes);
      },
      onWarning,
    });
    const encoder = new EntryEncoder({ withAtime, onWarning });
    const entries = new FileEntries({
      table,
      encoder,
      archiver: files,
      ignoreCtime,
      ignoreInode,
      counts: this.#counts,
      onFiles: (count, bytes) => this.#control.addProgress(this.#data.worker, count, bytes),
      onWarning,
      onItem: wantItems ? (item) => void this.#items.push(item) : undefined,
    });
    const parents = new ParentTreeLoader(sealer, zstd);
    const folders = new FolderArchiver({
      exclusion: new Exclusion({ ...this.#data.exclusion, onWarning: (message) => onWarning('', message) }),
      encoder,
      files: entries,
      parents,
      parent: new ParentCursor({ table, accounts: encoder.accounts, withAtime }),
      listings: new ListingReader(this.#data.listings),
      withAtime,
      sink,
      checkStop: () => this.#control.throwIfStopped(),
      onWarning,
      onOutcome: (outcome) => this.#collect(outcome),
    });
    return { folders, files, sink, parents };
  }

  #collect(outcome: FolderOutcome): void {
    this.#outcomes.push(outcome);
    if (outcome.kind === 'segment') this.#transfer.push(outcome.segment.bytes.buffer, outcome.segment.places.buffer);
    else if (outcome.kind === 'parts') this.#transfer.push(...outcome.names.map((names) => names.buffer));
    if (performance.now() - this.#lastSentMs >= SEND_AFTER_MS) this.#send(false);
  }

  #send(last: boolean): void {
    const message = {
      kind: 'outcomes',
      outcomes: this.#outcomes,
      warnings: this.#warnings,
      items: this.#items,
      last,
    } as const;
    this.#port.post(message, this.#transfer);
    this.#outcomes = [];
    this.#transfer = [];
    this.#warnings = [];
    this.#items = [];
    this.#lastSentMs = performance.now();
  }

  #setIdle(idle: boolean): void {
    if (idle === this.#idle) return;
    this.#idle = idle;
    if (!idle) {
      this.#control.endIdle();
      return;
    }
    this.#control.beginIdle();
    if (!this.#helping) this.#port.guard(() => this.#help());
  }

  /** While there is nothing to do: store the chunks of others. */
  async #help(): Promise<void> {
    this.#helping = true;
    try {
      while (this.#idle && this.#session && !this.#control.stopped) {
        const seen = this.#control.eventCount;
        if (this.#takeChunk(this.#session.sink)) continue;
        await this.#control.waitForEvent(seen);
      }
    } finally {
      this.#helping = false;
    }
  }

  #takeChunk(sink: BlobSink): boolean {
    const chunk = this.#control.take();
    if (chunk === undefined) return false;
    try {
      sink.storeClaimedChunk(chunk.entry, chunk.bytes);
    } finally {
      chunk.done();
    }
    return true;
  }
}

function reviveFolder(task: FolderTask): FolderTask {
  return { ...task, path: rawFromClone(task.path), plan: task.plan && revivePlan(task.plan) };
}

interface OpenSession {
  readonly folders: FolderArchiver;
  readonly files: FileArchiver;
  readonly sink: BlobSink;
  readonly parents: ParentTreeLoader;
}
