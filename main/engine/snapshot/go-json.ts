// What Go's HTML-safe encoder never writes literally (repository-format, section 11), and lone surrogates.
const NEEDS_ESCAPE = /["\\\u0000-\u001f<>&\u2028\u2029]|\p{Surrogate}/gu;
/** Printable ASCII without `"`, `\`, `<`, `>` and `&`: nearly every string of a tree. */
const PLAIN = /^[ !#-%'-;=?-[\]-~]*$/;

const SHORT: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

function escape(character: string): string {
  const short = SHORT[character];
  if (short !== undefined) return short;
  const code = character.charCodeAt(0);
  if (code >= 0xd800 && code <= 0xdfff) return '\\ufffd';
  return '\\u' + code.toString(16).padStart(4, '0');
}

/** The JSON literal, quotes included, that current Go builds write for a string. */
export function goString(text: string): string {
  if (PLAIN.test(text)) return '"' + text + '"';
  return '"' + text.replace(NEEDS_ESCAPE, escape) + '"';
}

/** The same for bytes that may not be UTF-8: Go writes the six characters `\ufffd` for every invalid byte. */
export function goStringOfBytes(bytes: Uint8Array): string {
  let literal = '"';
  for (const { text } of utf8Runs(bytes))
    literal += text === undefined ? '\\ufffd' : text.replace(NEEDS_ESCAPE, escape);
  return literal + '"';
}

/** Either valid text, or one byte that belongs to no valid sequence. */
export type Utf8Run =
  { readonly text: string; readonly byte?: undefined } | { readonly text?: undefined; readonly byte: number };

/** Splits bytes the way Go's `utf8.DecodeRune` does: an invalid sequence costs one byte, then decoding starts anew. */
export function* utf8Runs(bytes: Uint8Array): Generator<Utf8Run> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let start = 0;
  let at = 0;
  while (at < buffer.length) {
    const width = sequenceLength(buffer, at);
    if (width > 0) {
      at += width;
      continue;
    }
    if (at > start) yield { text: buffer.toString('utf8', start, at) };
    yield { byte: buffer[at] ?? 0 };
    at++;
    start = at;
  }
  if (at > start) yield { text: buffer.toString('utf8', start, at) };
}

/** Length of the valid sequence at `at`, or 0. Over-long forms, surrogates and code points above U+10FFFF are invalid. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || at + length > bytes.length) return 0;
  for (let index = at + 1; index < at + length; index++) {
    if (((bytes[index] ?? 0) & 0xc0) !== 0x80) return 0;
  }
  const second = bytes[at + 1] ?? 0;
  if (first === 0xe0 && second < 0xa0) return 0;
  if (first === 0xed && second > 0x9f) return 0;
  if (first === 0xf0 && second < 0x90) return 0;
  if (first === 0xf4 && second > 0x8f) return 0;
  return length;
}

export type JsonValue =
  null | boolean | number | bigint | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** Compact JSON as Go writes it. Keys keep their order; a `bigint` is a plain integer. */
export function goJson(value: JsonValue): string {
  if (typeof value === 'string') return goString(value);
  if (value === null || typeof value !== 'object') return String(value);
  if (isList(value)) return '[' + value.map(goJson).join(',') + ']';
  return (
    '{' +
    Object.entries(value)
      .map(([key, item]) => goString(key) + ':' + goJson(item))
      .join(',') +
    '}'
  );
}

// Array.isArray does not narrow readonly arrays.
function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
