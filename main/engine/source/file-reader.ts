import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { EngineError, fromSystemError, systemErrorCode } from '../base/errors.ts';
import { posixCalls } from '../base/native/posix-calls.ts';
import { rawText, type RawPath } from '../base/raw-path.ts';
import { entryStatOf, type EntryStat } from './file-metadata.ts';

// Undefined on Windows. O_NONBLOCK means nothing to files; a FIFO that took a file's place must not stop us at open.
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0);
const NON_BLOCKING = constants.O_NONBLOCK ?? 0;

/** Reads one regular file from start to end, synchronously, knowing its holes and whether it changed meanwhile. */
export class FileReader {
  readonly path: RawPath;
  /** The open file's own metadata: what belongs to the content that is read. */
  readonly stat: EntryStat;
  readonly #fd: number;
  readonly #sparse: boolean;
  #position = 0;
  #closed = false;
  // Offsets below this one and at or after the last look are known to be data.
  #dataEnd = 0;
  #dataStart = 0;

  private constructor(path: RawPath, fd: number, stat: EntryStat) {
    this.path = path;
    this.#fd = fd;
    this.stat = stat;
    this.#sparse = stat.allocatedBytes < stat.sizeBytes;
  }

  /** Throws `source_failed` (or the matching code) also when the path no longer leads to a regular file. */
  static open(path: RawPath): FileReader {
    let fd: number;
    try {
      fd = openForReading(path);
    } catch (error) {
      throw fromSystemError(error, 'source_failed', `Cannot open ${rawText(path)}`, { path: rawText(path) });
    }
    try {
      const stat = entryStatOf(fstatSync(fd, { bigint: true }));
      if (stat.type === 'file') return new FileReader(path, fd, stat);
      throw new EngineError('source_failed', `${rawText(path)} is no longer a regular file; it was left out.`);
    } catch (error) {
      closeSync(fd);
      throw fromSystemError(error, 'source_failed', `Cannot read the metadata of ${rawText(path)}`);
    }
  }

  /** Where the next `read` starts. */
  get position(): number {
    return this.#position;
  }

  /**
   * Reads up to `length` bytes into `into` at `offset`; 0 means the end. The file's size is not a limit: what was
   * appended meanwhile is read too. A bound method, so that a chunker can take it as it is.
   * A `position` moves there first.
   */
  readonly read = (into: Uint8Array, offset: number, length: number, position = this.#position): number => {
    try {
      const count = readSync(this.#fd, into, offset, length, position);
      this.#position = position + count;
      return count;
    } catch (error) {
      throw fromSystemError(error, 'source_failed', `Cannot read ${rawText(this.path)} at byte ${position}`);
    }
  };

  /** Moves on without reading, for bytes that `holeLength` vouched for. */
  skip(length: number): void {
    this.#position += length;
  }

  /**
   * How many bytes from `offset` on are a hole, up to the size at opening.
   * 0 in data, and everywhere in a file that takes its full size on disk.
   */
  holeLength(offset: number = this.#position): number {
    const { sizeBytes } = this.stat;
    if (!this.#sparse || offset >= sizeBytes) return 0;
    if (offset >= this.#dataStart && offset < this.#dataEnd) return 0;
    const calls = posixCalls();
    const data = calls.seekData(this.#fd, offset);
    if (data < 0) return sizeBytes - offset;
    if (data > offset) return Math.min(data, sizeBytes) - offset;
    this.#dataStart = offset;
    this.#dataEnd = calls.seekHole(this.#fd, offset);
    return 0;
  }

  /** True when size, mtime or ctime differ from what they were at opening: the content read may be a mixture. */
  changed(): boolean {
    const now = entryStatOf(fstatSync(this.#fd, { bigint: true }));
    const before = this.stat;
    return now.sizeBytes !== before.sizeBytes || now.mtimeNs !== before.mtimeNs || now.ctimeNs !== before.ctimeNs;
  }

  /** True when the file that was opened is not the one that `seen` describes: it was replaced in between. */
  replaced(seen: EntryStat): boolean {
    return this.stat.inode !== seen.inode || this.stat.device !== seen.device;
  }

  /** May be called twice. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    closeSync(this.#fd);
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

function openForReading(path: RawPath): number {
  try {
    return openSync(path, OPEN_FLAGS | NON_BLOCKING);
  } catch (error) {
    // A file with a lease (Samba's oplocks) answers so instead of waiting for the lease to be given back. No FIFO does.
    if (systemErrorCode(error) === 'EAGAIN') return openSync(path, OPEN_FLAGS);
    throw error;
  }
}
