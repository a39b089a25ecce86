import { rawText, type RawPath } from '../base/raw-path.ts';
import type { BlobId } from '../base/ids.ts';
import { Chunker, type ReadInto } from '../chunker/chunker.ts';
import type { EntryStat } from '../source/file-metadata.ts';
import { FileReader } from '../source/file-reader.ts';
import type { BlobSink } from './blob-sink.ts';

export interface ArchivedContent {
  readonly content: BlobId[];
  /** What was really read. */
  readonly sizeBytes: number;
}

export interface ArchivedFile extends ArchivedContent {
  /** Of the open file: what belongs to the content. */
  readonly stat: EntryStat;
}

export interface FileArchiverOptions {
  readonly sink: BlobSink;
  readonly chunkerPolynomial: bigint;
  /** After each chunk. Throws to stop. */
  readonly onBytes: (bytes: number) => void;
  readonly onWarning: (item: string, message: string) => void;
}

/** Reads files from start to end and stores their chunks; one a thread. */
export class FileArchiver {
  readonly #options: FileArchiverOptions;
  readonly #chunker: Chunker;
  #zeroChunkId: BlobId | undefined;

  constructor(options: FileArchiverOptions) {
    this.#options = options;
    this.#chunker = new Chunker(options.chunkerPolynomial);
  }

  /** Errors of the file are EngineErrors `source_failed` or `permission_denied`: the file is left out. */
  archive(path: RawPath): ArchivedFile {
    const reader = FileReader.open(path);
    try {
      const { stat } = reader;
      const sparse = stat.allocatedBytes < stat.sizeBytes;
      const holeAt = sparse ? { holeAt: (position: number) => reader.holeLength(position) } : {};
      this.#chunker.start(reader.read, { sizeBytes: stat.sizeBytes, ...holeAt });
      const archived = this.#storeChunks();
      // One short read cannot see two states of a file; asking costs as much as reading it.
      if ((archived.content.length > 1 || archived.sizeBytes !== stat.sizeBytes) && reader.changed()) {
        this.#options.onWarning(rawText(path), 'The file changed while it was read; it was stored as it was read.');
      }
      return { ...archived, stat };
    } finally {
      reader.close();
    }
  }

  /** The same for a stream: `read` blocks until there is something, and returns 0 at the end. */
  archiveStream(read: ReadInto): ArchivedContent {
    this.#chunker.start(read);
    return this.#storeChunks();
  }

  #storeChunks(): ArchivedContent {
    const { sink, onBytes } = this.#options;
    const content: BlobId[] = [];
    let sizeBytes = 0;
    for (let chunk = this.#chunker.next(); chunk !== null; chunk = this.#chunker.next()) {
      // A hole of 100 GB is two hundred thousand times the same chunk: it is hashed once.
      const zero = this.#chunker.lastWasZero;
      const id = zero ? (this.#zeroChunkId ??= sink.storeChunk(chunk)) : sink.storeChunk(chunk);
      content.push(id);
      sizeBytes += chunk.length;
      onBytes(chunk.length);
    }
    return { content, sizeBytes };
  }
}
