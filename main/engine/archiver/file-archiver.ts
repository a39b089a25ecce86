import { hash } from 'node:crypto';
import type { BlobId } from '../base/ids.ts';
import { rawText, type RawPath } from '../base/raw-path.ts';
import { Chunker, type ChunkerOptions, type ReadInto } from '../chunker/chunker.ts';
import type { EntryStat } from '../source/file-metadata.ts';
import { FileReader } from '../source/file-reader.ts';
import type { BlobSink } from './blob-sink.ts';
import type { ExpectedChunk, ExpectedChunks } from './expected-chunks.ts';

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
  /** Made for the first file: an unchanged backup needs none. */
  #chunker: Chunker | undefined;
  #zeroChunkId: BlobId | undefined;

  constructor(options: FileArchiverOptions) {
    this.#options = options;
  }

  /**
   * `expected`: how the parent's version was cut. Errors of the file are EngineErrors `source_failed` or `permission_denied`: the file is
   * left out.
   */
  archive(path: RawPath, expected?: ExpectedChunks): ArchivedFile {
    const reader = FileReader.open(path);
    try {
      const { stat } = reader;
      const sparse = stat.allocatedBytes < stat.sizeBytes;
      const holeAt = sparse ? { holeAt: (position: number) => reader.holeLength(position) } : {};
      const archived = this.#storeChunks(reader.read, { sizeBytes: stat.sizeBytes, ...holeAt }, expected);
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
    return this.#storeChunks(read, {});
  }

  #storeChunks(read: ReadInto, options: ChunkerOptions, expected?: ExpectedChunks): ArchivedContent {
    const { sink, onBytes } = this.#options;
    const chunker = (this.#chunker ??= new Chunker(this.#options.chunkerPolynomial));
    chunker.start(read, options);
    const content: BlobId[] = [];
    let sizeBytes = 0;
    const add = (id: BlobId, length: number) => {
      content.push(id);
      sizeBytes += length;
      onBytes(length);
    };
    for (;;) {
      const next = expected?.next;
      const ahead = next && idAhead(chunker, next);
      if (next && ahead === next.id) {
        chunker.pass(next.length);
        expected?.matched();
        // Stored already, like all that the parent has.
        add(next.id, next.length);
        continue;
      }
      const chunk = chunker.next();
      if (chunk === null) return { content, sizeBytes };
      // Most changes leave the cuts where they were: then it has been hashed already.
      const known = chunk.length === next?.length ? ahead : undefined;
      // A hole of 100 GB is two hundred thousand times the same chunk: it is hashed once.
      const zero = chunker.lastWasZero;
      const id = zero ? (this.#zeroChunkId ??= sink.storeChunk(chunk)) : sink.storeChunk(chunk, known);
      add(id, chunk.length);
      expected?.found(id, sizeBytes);
    }
  }
}

/** The id of what comes next as one chunk, if there is as much as was expected. */
function idAhead(chunker: Chunker, { length, last }: ExpectedChunk): BlobId | undefined {
  const bytes = chunker.peek(length, last);
  return bytes?.length === length ? (hash('sha256', bytes, 'hex') as BlobId) : undefined;
}
