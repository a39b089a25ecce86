import { EngineError } from '../base/errors.ts';
import { freeBytes } from '../base/free-bytes.ts';
import type { ZstdCodec } from '../compression/zstd-codec.ts';
import { compressPieces } from '../compression/zstd-stream.ts';
import type { Sealer } from '../crypto/sealer.ts';
import type { RepositoryVersion } from './config.ts';

const ZSTD_MARK = 0x02;
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;

/**
 * An index of 50,000 blobs is 8 MiB of JSON; restic wrote up to three times that. The bound only keeps a hostile frame
 * from filling the memory.
 */
const MAX_UNPACKED_BYTES = 1024 * 1024 * 1024;

/** Seals a snapshot, index or lock: version 2 always compresses, version 1 never does (repository-format, section 9). */
export function encodeUnpacked(json: Uint8Array, version: RepositoryVersion, sealer: Sealer, zstd: ZstdCodec): Buffer {
  if (version === 1) return sealer.seal(json);
  const compressed = zstd.compress(json);
  const marked = Buffer.allocUnsafe(compressed.length + 1);
  marked[0] = ZSTD_MARK;
  compressed.copy(marked, 1);
  return sealer.seal(marked);
}

/** The same for a large document that is made piece by piece, and never lies in memory as a whole in version 2. */
export async function encodeUnpackedPieces(
  pieces: Iterable<Uint8Array>,
  version: RepositoryVersion,
  sealer: Sealer,
): Promise<Buffer> {
  if (version === 1) return sealer.seal(Buffer.concat([...pieces]));
  return sealer.seal(Buffer.concat([Buffer.of(ZSTD_MARK), ...(await compressPieces(pieces))]));
}

/** The inverse of `encodeUnpacked`, in the memory of `stored`, which is of no use afterwards; `what` names the object in errors. Throws `corrupt`. */
export function decodeUnpacked(
  stored: Buffer,
  version: RepositoryVersion,
  sealer: Sealer,
  zstd: ZstdCodec,
  what: string,
): Buffer {
  let plaintext: Buffer;
  try {
    plaintext = sealer.openInPlace(stored);
  } catch (error) {
    throw new EngineError('corrupt', `${what} is damaged: ciphertext verification failed.`, { cause: error });
  }
  const mark = plaintext[0];
  if (version === 1 || mark === undefined || mark === OPEN_BRACE || mark === OPEN_BRACKET) return plaintext;
  if (mark !== ZSTD_MARK) {
    throw new EngineError('corrupt', `${what} is damaged: not a supported encoding format (first byte ${mark}).`);
  }
  try {
    const json = zstd.decompress(plaintext.subarray(1), MAX_UNPACKED_BYTES);
    freeBytes(stored);
    return json;
  } catch (error) {
    throw new EngineError('corrupt', `${what} is damaged: its compressed content cannot be read.`, { cause: error });
  }
}
