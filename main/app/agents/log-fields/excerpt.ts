import type { LogFiles } from '../../logs/ports.ts';

/** Programs say what they are at the beginning, and what they did at the end. */
export const HEAD_BYTES = 64 * 1024;
export const TAIL_BYTES = 256 * 1024;
const UTF16_LE_MARK = Buffer.from([0xff, 0xfe]);

/** The beginning and the end of a text, of which a whole line may be cut in between. */
export function textExcerpt(text: string): string {
  if (text.length <= HEAD_BYTES + TAIL_BYTES) return text;
  return `${text.slice(0, HEAD_BYTES)}\n${text.slice(-TAIL_BYTES)}`;
}

/** The same of a log file, in UTF-8 or, with its mark at the beginning, UTF-16 (robocopy's /UNILOG). */
export async function fileExcerpt(logFiles: LogFiles, logId: string): Promise<string> {
  const sizeBytes = await logFiles.sizeBytes(logId);
  if (sizeBytes <= HEAD_BYTES + TAIL_BYTES) return decoded(await bytesOf(logFiles, logId, 0, sizeBytes));
  const head = await bytesOf(logFiles, logId, 0, HEAD_BYTES);
  // Even, as the units of UTF-16 are.
  const tailStart = sizeBytes - TAIL_BYTES - (sizeBytes % 2);
  const tail = await bytesOf(logFiles, logId, tailStart, sizeBytes);
  return `${decoded(head)}\n${decoded(tail, isUtf16(head))}`;
}

function decoded(bytes: Buffer, utf16 = isUtf16(bytes)): string {
  return bytes.toString(utf16 ? 'utf16le' : 'utf8').replace(/^\ufeff/, '');
}

function isUtf16(bytes: Buffer): boolean {
  return bytes.subarray(0, 2).equals(UTF16_LE_MARK);
}

async function bytesOf(logFiles: LogFiles, logId: string, start: number, end: number): Promise<Buffer> {
  const { stream } = await logFiles.read(logId, { start, end });
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}
