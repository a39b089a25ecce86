import { EngineError } from '../base/errors.ts';
import { freeBytes } from '../base/free-bytes.ts';
import type { IndexId } from '../base/ids.ts';
import { IndexScanner } from './index-scanner.ts';
import { ListedPacks, locationDefect, refuseCompressedInVersion1 } from './listed-packs.ts';
import type { RepositoryIndex } from './repository-index.ts';

export interface DecodedIndex {
  /** The number that `RepositoryIndex.indexIds` knows the file by. */
  readonly index: number;
  readonly packs: number;
  readonly blobs: number;
}

/** Reads index files (repository-format, section 8) into a repository's index. A damaged file adds nothing. */
export class IndexDecoder {
  readonly #index: RepositoryIndex;
  readonly #version: 1 | 2;
  readonly #listed = new ListedPacks();
  #scanner: IndexScanner | undefined;

  constructor(index: RepositoryIndex, repositoryVersion: 1 | 2) {
    this.#index = index;
    this.#version = repositoryVersion;
  }

  /** Gives the memory back in which files were decoded. */
  close(): void {
    this.#listed.close();
  }

  /** `json` is the file's plaintext, of no use afterwards. Throws `corrupt` or `unsupported_version`, naming `id`. */
  decode(json: Uint8Array, id: IndexId): DecodedIndex {
    this.#listed.clear();
    this.#listed.reserve(json.length);
    this.#scanner ??= new IndexScanner(this.#listed, this.#version === 2);
    if (!this.#scanner.scan(json)) {
      this.#listed.clear();
      decodeSlowly(json, id, this.#version, this.#listed);
    }
    // Before the table grows by what it said: together they would be the most memory of many an operation.
    freeBytes(json);
    const index = this.#index.addIndex(id);
    this.#listed.addTo(this.#index, index);
    return { index, packs: this.#listed.packCount, blobs: this.#listed.blobCount };
  }
}

/** Understands every index that JSON.parse does, at the cost of an object a blob; says what is wrong with the others. */
export function decodeSlowly(json: Uint8Array, id: IndexId, version: 1 | 2, out: ListedPacks): void {
  const root = parse(json, id);
  if (Array.isArray(root)) {
    const message = `Index ${id} has the format of restic 0.1, which is not supported. Run "repair index" to write it anew.`;
    throw new EngineError('unsupported_version', message, { context: { index: id } });
  }
  const packs = list(record(root, id, 'the index'), 'packs', id);
  packs.forEach((value, number) => {
    const pack = record(value, id, `pack ${number}`);
    out.beginPack();
    const idText = hexBytes(pack['id'], id, `the id of pack ${number}`);
    out.setPackId(idText, 0);
    list(pack, 'blobs', id).forEach((blob, i) =>
      addBlob(blob, `blob ${i} of pack ${idText.toString()}`, id, version, out),
    );
  });
}

function addBlob(value: unknown, what: string, id: IndexId, version: 1 | 2, out: ListedPacks): void {
  const blob = record(value, id, what);
  out.beginBlob();
  out.setBlobId(hexBytes(blob['id'], id, `the id of ${what}`), 0);
  const type = blob['type'];
  if (type !== 'data' && type !== 'tree') throw damaged(id, `${what} has the type ${show(type)}`);
  if (blob['uncompressed_length'] !== undefined && version === 1) throw refuseCompressedInVersion1(id);
  const [offset, length, plain] = [blob['offset'], blob['length'], blob['uncompressed_length']];
  if (typeof offset !== 'number') throw damaged(id, `${what} has the offset ${show(offset)}`);
  if (typeof length !== 'number') throw damaged(id, `${what} has the length ${show(length)}`);
  if (plain !== undefined && typeof plain !== 'number') {
    throw damaged(id, `${what} has the uncompressed_length ${show(plain)}`);
  }
  const defect = locationDefect(offset, length, plain);
  if (defect !== undefined) throw damaged(id, `${what} has an impossible ${defect}`);
  out.setBlobFields(type === 'tree' ? 1 : 0, offset, length, plain ?? 0);
}

function parse(json: Uint8Array, id: IndexId): unknown {
  try {
    const text = Buffer.from(json.buffer, json.byteOffset, json.byteLength).toString();
    return JSON.parse(text, keepOddNumbersAsText);
  } catch (error) {
    throw damaged(id, 'it is no valid JSON', error);
  }
}

/** Only plain integers pass as numbers: JSON.parse would turn 1e2 into 100, and round what is too big. */
function keepOddNumbersAsText(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number') return value;
  const source = context?.source;
  const isPlain = source === undefined ? Number.isSafeInteger(value) && value >= 0 : /^\d+$/.test(source);
  return isPlain ? value : (source ?? String(value));
}

function record(value: unknown, id: IndexId, what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw damaged(id, `${what} is no object: ${show(value)}`);
  }
  // Own properties only, so that keys such as `__proto__` mean nothing.
  return Object.assign(Object.create(null), value) as Record<string, unknown>;
}

/** Go writes `null` for an empty list. */
function list(parent: Record<string, unknown>, name: string, id: IndexId): unknown[] {
  const value = parent[name];
  if (value === null) return [];
  if (!Array.isArray(value)) throw damaged(id, `"${name}" is no list: ${show(value)}`);
  return value;
}

function hexBytes(value: unknown, id: IndexId, what: string): Buffer {
  if (typeof value !== 'string' || !/^[0-9a-f]{64}$/.test(value)) throw damaged(id, `${what} is ${show(value)}`);
  return Buffer.from(value, 'latin1');
}

function show(value: unknown): string {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  return value === undefined ? 'missing' : JSON.stringify(value).slice(0, 80);
}

function damaged(id: IndexId, what: string, cause?: unknown): EngineError {
  const message = `Index ${id} is damaged: ${what}. Run "repair index" to build it anew from the packs.`;
  return new EngineError('corrupt', message, { cause, context: { index: id } });
}
