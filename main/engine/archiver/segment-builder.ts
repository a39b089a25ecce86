import type { Segment, SubfolderFound } from './archive-messages.ts';

/** 64 digits that the subfolder's id will replace. */
export const OPEN_ID = '0'.repeat(64);
const PIECE_CHARS = 1 << 20;
/** `"}` behind a subtree's id. */
const AFTER_ID = 2;

/**
 * Collects encoded nodes in tree order, joined by commas. Where a subfolder's id must go, it leaves 64 bytes open and keeps
 * the place, so that whoever learns the id writes it into the finished bytes.
 */
export class SegmentBuilder {
  #pieces: Buffer[] = [];
  #text = '';
  /** Bytes of the pieces so far. */
  #flushed = 0;
  #count = 0;
  /** In characters of `#text` until it is turned into bytes. */
  #textPlaces: number[] = [];
  #places: number[] = [];
  readonly #subfolders: SubfolderFound[] = [];

  get nodeCount(): number {
    return this.#count;
  }

  get hasSubfolders(): boolean {
    return this.#subfolders.length > 0;
  }

  /** A whole node. */
  add(encoded: string): void {
    this.#text += this.#count++ === 0 ? encoded : ',' + encoded;
    if (this.#text.length >= PIECE_CHARS) this.#flush();
  }

  /** Nodes as they stand in another tree, joined by commas. The bytes are copied. */
  addRun(run: Uint8Array, count: number): void {
    if (this.#count > 0) this.#text += ',';
    this.#flush();
    this.#pieces.push(Buffer.from(run));
    this.#flushed += run.length;
    this.#count += count;
  }

  /** A folder's node, which ends with `"subtree":"` + OPEN_ID + `"}`. */
  addFolder(encoded: string, found: SubfolderFound): void {
    const start = this.#text.length + (this.#count === 0 ? 0 : 1);
    const end = start + encoded.length;
    this.#textPlaces.push(start, end - AFTER_ID - OPEN_ID.length, end);
    this.#subfolders.push(found);
    this.add(encoded);
  }

  /** The tree's bytes, when there are no subfolders. */
  finishTree(): Buffer {
    if (this.#pieces.length === 0) return Buffer.from(`{"nodes":[${this.#text}]}\n`);
    this.#flush();
    return Buffer.concat([Buffer.from('{"nodes":['), ...this.#pieces, Buffer.from(']}\n')]);
  }

  finish(part: number): Segment {
    this.#flush();
    const bytes = new Uint8Array(this.#flushed);
    let at = 0;
    for (const piece of this.#pieces) {
      bytes.set(piece, at);
      at += piece.length;
    }
    return {
      part,
      bytes,
      nodeCount: this.#count,
      places: Int32Array.from(this.#places),
      subfolders: this.#subfolders,
    };
  }

  #flush(): void {
    const text = this.#text;
    if (text === '') return;
    const piece = Buffer.from(text);
    // Names and attributes may hold characters of more than one byte.
    const ascii = piece.length === text.length;
    let chars = 0;
    let bytes = this.#flushed;
    for (const place of this.#textPlaces) {
      bytes += ascii ? place - chars : Buffer.byteLength(text.slice(chars, place));
      chars = place;
      this.#places.push(bytes);
    }
    this.#pieces.push(piece);
    this.#flushed += piece.length;
    this.#text = '';
    this.#textPlaces = [];
  }
}
