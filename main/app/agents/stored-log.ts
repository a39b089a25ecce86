import { LOG_PIECE_BYTES, type LogAppender, type LogFiles } from '../logs/ports.ts';
import { logProblem } from '../logs/log-problem.ts';

/** Of UTF-16; a unit is three bytes of UTF-8 at most. */
const PIECE_UNITS = Math.floor(LOG_PIECE_BYTES / 4);

/** Stores a text as a new log, durable when this resolves. Whatever fails, nothing of it stays. */
export async function storeText(logFiles: LogFiles, text: string): Promise<{ logId: string; sizeBytes: number }> {
  let logId: string | null = null;
  let appender: LogAppender | null = null;
  try {
    logId = await logFiles.create();
    appender = await logFiles.append(logId);
    for (const piece of utf8Pieces(text)) await appender.write(piece);
    return { logId, sizeBytes: await appender.seal() };
  } catch (error) {
    await appender?.close();
    if (logId !== null) await discard(logFiles, logId);
    throw logProblem(error);
  }
}

/** One that can't be deleted now is an orphan, which the next start deletes. */
export async function discard(logFiles: LogFiles, logId: string): Promise<void> {
  await logFiles.delete(logId).catch(() => undefined);
}

function* utf8Pieces(text: string): Generator<Buffer> {
  for (let start = 0; start < text.length;) {
    let end = Math.min(start + PIECE_UNITS, text.length);
    // Both halves of a character go into one piece: apart they would become two replacement characters.
    if (end < text.length && isHighSurrogate(text.charCodeAt(end - 1))) end++;
    yield Buffer.from(text.slice(start, end), 'utf8');
    start = end;
  }
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
