import { EngineError, toPlainError } from '../base/errors.ts';
import { fileCalls } from '../base/native/file-calls.ts';
import { BlobTable } from '../index/blob-table.ts';
import { BufferByteSource, FileByteSource } from '../pack/byte-source.ts';
import { PackReader } from '../pack/pack-reader.ts';
import { ContentChecker, type CheckedContent } from './content-checker.ts';
import { FileTable } from './file-table.ts';
import { FileWriter } from './file-writer.ts';
import { FolderHandles } from './folder-handles.ts';
import { FolderTable } from './folder-table.ts';
import { lostBlobs } from './lost-blobs.ts';
import { PackBlobs } from './pack-blobs.ts';
import {
  COMPARED,
  type FileProblem,
  type LostBlob,
  type PackTask,
  type RestoreReply,
  type RestoreTask,
  type RestoreWorkerData,
} from './restore-messages.ts';
import { ITEM_WORDS, itemOffset } from './work-list.ts';

const NO_FILES = new Uint32Array(0);

interface Tools {
  readonly handles: FolderHandles;
  readonly blobs: PackBlobs;
  readonly writer: FileWriter;
  readonly checker: ContentChecker;
}

/** A restore worker's whole work: one reply for each task. */
export class RestoreRunner {
  readonly #data: RestoreWorkerData;
  readonly #files: FileTable;
  readonly #folders: FolderTable;
  readonly #stop: Int32Array;
  // Both made when first needed, so that threads are ready early and dry runs stay small.
  #reader: PackReader | undefined;
  #tools: Tools | undefined;

  constructor(data: RestoreWorkerData) {
    this.#data = data;
    this.#files = new FileTable(data.files);
    this.#folders = new FolderTable(data.folders);
    this.#stop = new Int32Array(data.stop);
    // Loads the native library while the main thread still waits for its keys.
    fileCalls();
  }

  run(task: RestoreTask): RestoreReply {
    try {
      return this.#run(task);
    } catch (error) {
      return this.#reply(task, { fatal: toPlainError(error) });
    }
  }

  #run(task: RestoreTask): RestoreReply {
    switch (task.kind) {
      case 'begin':
        this.#begin(task);
        return this.#reply(task);
      case 'pack':
        return this.#reply(task, { lost: this.#writePack(task) });
      case 'finish':
        for (const file of task.files) this.#ready().writer.finish(file);
        return this.#reply(task);
      case 'compare':
        return this.#reply(task, { compared: this.#compare(task.files), comparedFiles: task.files });
      case 'verify':
        return this.#verify(task);
      case 'end':
        this.#tools?.writer.closeAll();
        this.#tools?.handles.closeAll();
        this.#tools?.blobs.close();
        return this.#reply(task);
    }
  }

  #begin(task: Extract<RestoreTask, { kind: 'begin' }>): void {
    const files = this.#files;
    const folders = this.#folders;
    const table = BlobTable.attach(task.blobs);
    const handles = new FolderHandles(folders);
    this.#tools = {
      handles,
      blobs: new PackBlobs(table, task.masterKey),
      writer: new FileWriter({ files, folders, handles, process: task.process, sparse: this.#data.sparse }),
      checker: new ContentChecker(files, handles, table, () => this.#stopped()),
    };
  }

  /** Each blob is decrypted once, whatever the number of files that have it. */
  #writePack(task: PackTask): LostBlob[] {
    const { items } = task;
    const { blobs, writer } = this.#ready();
    const lost: LostBlob[] = [];
    const reader = (this.#reader ??= new PackReader());
    let source: FileByteSource | BufferByteSource;
    try {
      source =
        task.path === undefined
          ? new BufferByteSource(task.bytes ?? new Uint8Array(0), task.bytesOffset)
          : new FileByteSource(task.path);
    } catch (error) {
      return lostBlobs(items, reasonOf(error));
    }
    try {
      reader.open(source, { name: task.packId });
      blobs.visit(reader, items, {
        stopped: () => this.#stopped(),
        blob: (plain, start, end) => {
          for (let at = start; at < end; at += ITEM_WORDS) {
            writer.writeBlob(items[at + 1] ?? 0, itemOffset(items, at), plain);
          }
        },
        lost: (error, start, end) => {
          lost.push({ entry: items[start] ?? 0, items: items.slice(start, end), reason: reasonOf(error) });
        },
      });
    } finally {
      if (source instanceof FileByteSource) source.close();
    }
    return lost;
  }

  /** One byte of COMPARED and one byte a blob for each file. */
  #compare(files: Uint32Array): Uint8Array {
    const pieces: Uint8Array[] = [];
    for (const file of files) {
      let checked: CheckedContent | undefined;
      try {
        checked = this.#ready().checker.check(file);
      } catch {
        // Whatever is wrong with it, writing it anew will tell.
      }
      const isSame = checked?.sizeBytes === this.#files.sizeBytes(file);
      pieces.push(
        Uint8Array.of(checked === undefined ? COMPARED.unreadable : isSame ? COMPARED.sameSize : COMPARED.otherSize),
      );
      pieces.push(checked?.matches ?? new Uint8Array(this.#files.blobCount(file)));
    }
    return new Uint8Array(Buffer.concat(pieces));
  }

  #verify(task: Extract<RestoreTask, { kind: 'verify' }>): RestoreReply {
    const failed: FileProblem[] = [];
    const finished: number[] = [];
    for (const file of task.files) {
      if (this.#stopped()) break;
      const problem = this.#verifyFile(file);
      if (problem === undefined) finished.push(file);
      else failed.push({ file, message: problem });
    }
    return { ...this.#reply(task), finished: Uint32Array.from(finished), failed };
  }

  #verifyFile(file: number): string | undefined {
    try {
      const { sizeBytes, matches } = this.#ready().checker.check(file);
      const expectedBytes = this.#files.sizeBytes(file);
      if (sizeBytes !== expectedBytes)
        return `Verification failed: it has ${sizeBytes} bytes instead of ${expectedBytes}.`;
      const wrong = matches.indexOf(0);
      return wrong < 0
        ? undefined
        : `Verification failed: chunk ${wrong + 1} of ${matches.length} is not what the snapshot has.`;
    } catch (error) {
      return `Verification failed: ${reasonOf(error)}`;
    }
  }

  #reply(task: RestoreTask, more: Partial<RestoreReply> = {}): RestoreReply {
    const results = this.#tools?.writer.takeResults() ?? {
      bytesWritten: 0,
      finished: NO_FILES,
      failed: [],
      flawed: [],
    };
    return { kind: task.kind, lost: [], ...results, ...more };
  }

  #stopped(): boolean {
    return Atomics.load(this.#stop, 0) !== 0;
  }

  #ready(): Tools {
    if (!this.#tools) throw new EngineError('internal', 'A restore worker got work before its keys.');
    return this.#tools;
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
