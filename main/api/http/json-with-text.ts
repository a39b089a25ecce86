import { Readable } from 'node:stream';

/**
 * A JSON object as a stream, one of whose fields is a text of any size: `{…fields, [name]: text}`. The text is read from
 * bytes, of which those that are no UTF-8 show as U+FFFD. Destroying it destroys `bytes`.
 */
export function jsonWithText(fields: Readonly<Record<string, unknown>>, name: string, bytes: Readable): Readable {
  const stream = Readable.from(pieces(JSON.stringify(fields), name, bytes), { objectMode: false });
  // A generator that was never asked for anything, as for HEAD, ends without a look at what it holds.
  stream.once('close', () => bytes.destroy());
  return stream;
}

async function* pieces(head: string, name: string, bytes: Readable): AsyncGenerator<Buffer> {
  const opening = head === '{}' ? '{' : `${head.slice(0, -1)},`;
  yield Buffer.from(`${opening}${JSON.stringify(name)}:"`);
  // Never ends a piece within a character, so each piece can be quoted by itself.
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  for await (const piece of bytes) yield* quoted(decoder.decode(piece as Buffer, { stream: true }));
  yield* quoted(decoder.decode());
  yield Buffer.from('"}');
}

function* quoted(text: string): Generator<Buffer> {
  if (text !== '') yield Buffer.from(JSON.stringify(text).slice(1, -1));
}
