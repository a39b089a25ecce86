import { EngineError } from './errors.ts';

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** 64 lower-case hex digits: the SHA-256 of a blob's plaintext. A blob's key is always the pair (type, id). */
export type BlobId = Branded<'blob'>;
/** 64 lower-case hex digits: the SHA-256 of the stored file, which is also its name. */
export type PackId = Branded<'pack'>;
export type IndexId = Branded<'index'>;
export type SnapshotId = Branded<'snapshot'>;
export type LockId = Branded<'lock'>;
export type KeyId = Branded<'key'>;
/** 64 lower-case hex digits, random, from the config file. */
export type RepositoryId = Branded<'repository'>;

export type AnyId = BlobId | PackId | IndexId | SnapshotId | LockId | KeyId | RepositoryId;

export const ID_BYTES = 32;
const FULL_ID = /^[0-9a-f]{64}$/;

/** Restic ignores every other name when it lists a folder, and so do we (repository-format, section 2). */
export function isFullId(text: string): boolean {
  return FULL_ID.test(text);
}

/** Checks untrusted text and brands it. Throws `corrupt` that names `what` the text should have identified. */
export function parseId<Id extends AnyId>(text: unknown, what: string): Id {
  if (typeof text !== 'string' || !FULL_ID.test(text)) {
    throw new EngineError('corrupt', `${what}: not an id of 64 hex digits: ${JSON.stringify(text)?.slice(0, 80)}`);
  }
  return text as Id;
}

/** Brands 32 bytes that we made ourselves (a digest), without a check of the text. */
export function idFromBytes<Id extends AnyId>(bytes: Uint8Array): Id {
  return Buffer.from(bytes.buffer, bytes.byteOffset, ID_BYTES).toString('hex') as Id;
}

export function idToBytes(id: AnyId): Buffer {
  return Buffer.from(id, 'hex');
}

/** The first eight digits, as restic prints ids. */
export function shortId(id: AnyId): string {
  return id.slice(0, 8);
}
