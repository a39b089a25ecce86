const MASKED = Buffer.from('********');

/** Masking these would make holes in ordinary words. In bytes. */
const SHORTEST_SECRET = 4;

/**
 * Masks known secrets in a stream of bytes, also where one is cut in two by the pieces. What may be the beginning of a
 * secret is held back until the next piece; everything else passes at once.
 */
export class SecretMasker {
  /** Longest first: of two that begin at one place, the longer goes. */
  readonly #secrets: readonly Buffer[];
  #held: Buffer = Buffer.alloc(0);

  constructor(secrets: Iterable<string>) {
    const values = new Set([...secrets].map((value) => value.trim()));
    this.#secrets = [...values]
      .map((value) => Buffer.from(value))
      .filter((bytes) => bytes.length >= SHORTEST_SECRET)
      .sort((a, b) => b.length - a.length);
  }

  /** The bytes that can be shown now. */
  pass(piece: Uint8Array): Buffer {
    const fresh = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    if (this.#secrets.length === 0) return fresh;
    const data = this.#held.length === 0 ? fresh : Buffer.concat([this.#held, fresh]);
    const shown: Buffer[] = [];
    let position = 0;
    const nextMatches = this.#secrets.map((secret) => data.indexOf(secret));
    for (;;) {
      const match = this.#firstMatch(data, position, nextMatches);
      if (match === null) break;
      shown.push(data.subarray(position, match.at), MASKED);
      position = match.at + match.length;
    }
    const heldBytes = this.#heldBack(data, position);
    shown.push(data.subarray(position, data.length - heldBytes));
    // A copy: the piece may be a large one, and it is somebody else's.
    this.#held = Buffer.from(data.subarray(data.length - heldBytes));
    return shown.length === 1 && shown[0] ? shown[0] : Buffer.concat(shown);
  }

  /** At the end of the stream: what was held back was no secret. */
  end(): Buffer {
    const rest = this.#held;
    this.#held = Buffer.alloc(0);
    return rest;
  }

  /** For a text that is complete. */
  maskText(text: string): string {
    const masker = new SecretMasker(this.#secrets.map((secret) => secret.toString()));
    return Buffer.concat([masker.pass(Buffer.from(text)), masker.end()]).toString();
  }

  /** `nextMatches` remembers where each secret comes next, so that none is looked for twice in the same bytes. */
  #firstMatch(data: Buffer, from: number, nextMatches: number[]): { at: number; length: number } | null {
    let first: { at: number; length: number } | null = null;
    for (const [i, secret] of this.#secrets.entries()) {
      let at = nextMatches[i] ?? -1;
      if (at >= 0 && at < from) {
        at = data.indexOf(secret, from);
        nextMatches[i] = at;
      }
      if (at >= 0 && (first === null || at < first.at)) first = { at, length: secret.length };
    }
    return first;
  }

  #heldBack(data: Buffer, from: number): number {
    let longest = 0;
    for (const secret of this.#secrets) {
      for (let length = Math.min(secret.length - 1, data.length - from); length > longest; length--) {
        if (data.compare(secret, 0, length, data.length - length) === 0) longest = length;
      }
    }
    return longest;
  }
}
