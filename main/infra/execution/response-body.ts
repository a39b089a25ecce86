import type { JsonValue } from '../../app/runs/ports.ts';
import type { RunOutput } from './run-output.ts';

/** A JSON answer up to this size becomes part of the run's result. */
const MAX_RESULT_JSON_BYTES = 64 * 1024;

export interface ReceivedBody {
  readonly totalBytes: number;
  readonly keptBytes: number;
  /** The answer, where it is JSON and small; else null. */
  readonly json: JsonValue;
}

/** Reads a body to its end. Up to `maxBytes` of it go to the log, if it is text; the rest is counted. */
export async function receiveBody(
  body: AsyncIterable<Buffer>,
  contentType: string,
  maxBytes: number,
  output: RunOutput,
): Promise<ReceivedBody> {
  const channel = output.channel();
  const isShown = isText(contentType);
  const isJson = /^application\/(?:[^;\s]+\+)?json\b/i.test(contentType);
  const jsonPieces: Buffer[] = [];
  let [totalBytes, keptBytes] = [0, 0];
  try {
    for await (const piece of body) {
      totalBytes += piece.length;
      if (isJson && totalBytes <= MAX_RESULT_JSON_BYTES) jsonPieces.push(piece);
      const kept = isShown ? piece.subarray(0, Math.max(0, maxBytes - keptBytes)) : piece.subarray(0, 0);
      keptBytes += kept.length;
      await channel.write(kept);
    }
  } finally {
    await channel.end();
  }
  if (totalBytes > keptBytes) await output.note(`${totalBytes - keptBytes} more bytes of the answer are not kept.`);
  const json = isJson && totalBytes <= MAX_RESULT_JSON_BYTES ? Buffer.concat(jsonPieces).toString() : '';
  return { totalBytes, keptBytes, json: parseJson(output.masker.maskText(json)) };
}

function isText(contentType: string): boolean {
  return contentType === '' || /^text\/|json|xml|x-www-form-urlencoded|javascript|yaml/i.test(contentType);
}

function parseJson(text: string): JsonValue {
  try {
    // What JSON.parse gives is a JsonValue.
    return JSON.parse(text) as JsonValue;
  } catch {
    return null;
  }
}
