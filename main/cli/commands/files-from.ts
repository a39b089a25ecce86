import { globSync, readFileSync } from 'node:fs';
import { UsageError } from '../failure.ts';
import { decodeText } from '../text-file.ts';

export interface FilesFromFlags {
  readonly filesFrom?: readonly string[];
  readonly filesFromVerbatim?: readonly string[];
  readonly filesFromRaw?: readonly string[];
}

/** A path, as bytes where it need not be text. */
export type ListedPath = string | Buffer;

const NEWLINE = 0x0a;
const ZERO = 0x00;

/**
 * The backup targets that files name, with restic's three readings: glob patterns with comments, lines as they are, and
 * paths that end with a zero byte. `-` is standard input. `warn` hears of patterns that match nothing.
 */
export function readFilesFrom(flags: FilesFromFlags, warn: (message: string) => void): ListedPath[] {
  return [
    ...(flags.filesFrom ?? []).flatMap((path) => expandPatterns(path, warn)),
    ...(flags.filesFromVerbatim ?? []).flatMap((path) =>
      splitBytes(read(path), NEWLINE).filter((line) => line.length > 0),
    ),
    ...(flags.filesFromRaw ?? []).flatMap(readRaw),
  ];
}

function read(path: string): Buffer {
  try {
    return readFileSync(path === '-' ? 0 : path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`The list of files ${path} cannot be read: ${reason}`);
  }
}

function expandPatterns(path: string, warn: (message: string) => void): string[] {
  const text = decodeText(read(path));
  if (text === undefined)
    throw new UsageError(`The list of files ${path} is not UTF-8. Use --files-from-raw for such names.`);
  const patterns = text.split('\n').map((line) => line.trim());
  return patterns
    .filter((pattern) => pattern !== '' && !pattern.startsWith('#'))
    .flatMap((pattern) => {
      const found = /[*?[\\]/.test(pattern) ? globSync(goGlobs(pattern)).sort() : [pattern];
      if (found.length === 0) warn(`The pattern ${pattern} of ${path} matches no file.`);
      return found;
    });
}

/**
 * The patterns that find in Node what Go's Glob finds by this one. Go knows neither braces nor `**` nor extended groups, and a
 * wildcard at the start of a name also stands for a dot.
 */
function goGlobs(pattern: string): string[] {
  const names = pattern
    .replace(/[{}()]/g, '[$&]')
    .replace(/\*{2,}/g, '*')
    .split('/');
  const choices = names.map((name) => {
    if (name.startsWith('*')) return [name, `.${name}`];
    return name.startsWith('?') ? [name, `.${name.slice(1)}`] : [name];
  });
  return choices.reduce((heads, tails) => heads.flatMap((head) => tails.map((tail) => `${head}/${tail}`)));
}

function readRaw(path: string): Buffer[] {
  const bytes = read(path);
  if (bytes.length > 0 && bytes.at(-1) !== ZERO)
    throw new UsageError(`The last name in ${path} does not end with a zero byte.`);
  const names = splitBytes(bytes, ZERO).slice(0, -1);
  if (names.some((name) => name.length === 0)) throw new UsageError(`${path} holds an empty name.`);
  return names;
}

/** What lies between the separators; the last piece is what follows the last one. */
function splitBytes(bytes: Buffer, separator: number): Buffer[] {
  const pieces: Buffer[] = [];
  let start = 0;
  for (let end = bytes.indexOf(separator); end >= 0; end = bytes.indexOf(separator, start)) {
    pieces.push(bytes.subarray(start, end));
    start = end + 1;
  }
  return [...pieces, bytes.subarray(start)];
}
