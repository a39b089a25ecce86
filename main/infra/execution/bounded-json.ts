export class ResultTooLarge extends Error {}

/** Nested deeper than this, a result is one that refers to itself, or nothing that anybody wants to read. */
const MAX_DEPTH = 200;

/**
 * JSON of at most about `maxBytes`. Measured before it is made: a result of a gigabyte must not become a text of one.
 * What JSON can't say is left out or null, as JSON.stringify does.
 */
export function boundedJson(value: unknown, maxBytes: number): string {
  new Measure(maxBytes).add(value, 0);
  const json = JSON.stringify(value) ?? 'null';
  if (Buffer.byteLength(json) > maxBytes) throw tooLarge(maxBytes);
  return json;
}

class Measure {
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Counts no byte too many; commas and brackets are not worth it. */
  add(value: unknown, depth: number): void {
    if (depth > MAX_DEPTH) throw new ResultTooLarge(`The result is nested deeper than ${MAX_DEPTH} levels.`);
    if (typeof value === 'string') this.#count(value.length + 2);
    else if (typeof value !== 'object' || value === null) this.#count(1);
    else if (ArrayBuffer.isView(value)) this.#addBytes(value);
    else if (Array.isArray(value)) for (const item of value) this.add(item, depth + 1);
    // What says by itself how it looks as JSON, a Date for one, is measured only then.
    else if (!('toJSON' in value)) this.#addEntries(value, depth);
  }

  /** An entry at a time: an object's list of entries may be as large as itself. */
  #addEntries(value: object, depth: number): void {
    for (const name in value) {
      if (!Object.hasOwn(value, name)) continue;
      const entry = (value as Record<string, unknown>)[name];
      if (entry === undefined || typeof entry === 'function' || typeof entry === 'symbol') continue;
      this.#count(name.length + 3);
      this.add(entry, depth + 1);
    }
  }

  #addBytes(value: ArrayBufferView): void {
    // Each byte becomes a number and a comma.
    this.#count(value.byteLength * 2);
  }

  #count(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > this.#maxBytes) throw tooLarge(this.#maxBytes);
  }
}

function tooLarge(maxBytes: number): ResultTooLarge {
  return new ResultTooLarge(
    `The result is larger than ${maxBytes} bytes of JSON. Write it to a file and return its name.`,
  );
}
