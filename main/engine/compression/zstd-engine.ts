import zlib from 'node:zlib';
import type { ZstdOptions } from 'node:zlib';

/** What does the work behind a ZstdCodec. `frames` have been checked to be whole frames and nothing else. */
export interface ZstdEngine {
  /** Returns the frame's size, or -1 when it does not fit into `out`. */
  compressInto(source: Uint8Array, out: Uint8Array): number;
  /**
   * Decompresses into `out`. Where that is too small, `grow` is asked for a larger buffer (its first `usedBytes` copied from
   * the old one) or for undefined, which makes the result -1. Throws `corrupt`.
   */
  decompressInto(frames: Uint8Array, out: Uint8Array, grow: Grow): number;
  close(): void;
}

export type Grow = (usedBytes: number) => Uint8Array | undefined;

// restic's reader refuses windows beyond 8 MiB in places; 1 MiB covers a typical chunk and keeps the encoder at about 2 MB.
const WINDOW_LOG = 20;
// 128 MiB: what `zstd --long=27` needs and restic accepts. The memory is touched only as far as content fills it.
const WINDOW_LOG_MAX = 27;

/** Always one frame without checksum or dictionary (repository-format, section 7). */
export function compressOptions(level: number): ZstdOptions {
  return {
    params: {
      [zlib.constants.ZSTD_c_compressionLevel]: level,
      [zlib.constants.ZSTD_c_windowLog]: WINDOW_LOG,
      [zlib.constants.ZSTD_c_checksumFlag]: 0,
    },
  };
}

export function decompressOptions(): ZstdOptions {
  return { params: { [zlib.constants.ZSTD_d_windowLogMax]: WINDOW_LOG_MAX } };
}

/** The largest frame that zstd can make of so many bytes (ZSTD_compressBound). */
export function compressBound(sourceBytes: number): number {
  const smallInput = 128 * 1024;
  return sourceBytes + (sourceBytes >>> 8) + (sourceBytes < smallInput ? (smallInput - sourceBytes) >>> 11 : 0);
}
