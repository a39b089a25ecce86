import { lstatSync, readdirSync } from 'node:fs';
import { EngineError, fromSystemError } from '../base/errors.ts';
import { byteString, rawFromByteString, rawFromBytes, rawText, type RawName, type RawPath } from '../base/raw-path.ts';

/** Which folder the caller saw before it asked for the names. */
export interface ExpectedFolder {
  readonly inode: bigint;
  readonly device: bigint;
}

const REPLACEMENT = '\ufffd';
const SURROGATE = /[\ud800-\udfff]/;

/**
 * The names in a folder, by raw bytes in ascending order. Types are not given on purpose: only `lstat` tells the truth
 * about reparse points, network file systems and races.
 * With `expected`, a folder that was exchanged for another one (or a link) meanwhile is refused with `source_failed`.
 */
export function listFolder(folder: RawPath, expected?: ExpectedFolder): RawName[] {
  try {
    const names = readNames(folder);
    if (expected) requireSameFolder(folder, expected);
    return sortNames(names);
  } catch (error) {
    throw fromSystemError(error, 'source_failed', `Cannot list the folder ${rawText(folder)}`, {
      path: rawText(folder),
    });
  }
}

function readNames(folder: RawPath): RawName[] {
  const names = readdirSync(folder);
  // U+FFFD is either a real name's character or what Node made of bytes that are not UTF-8: look at the bytes.
  if (!names.some((name) => name.includes(REPLACEMENT))) return names;
  return readdirSync(folder, { encoding: 'buffer' }).map(rawFromBytes);
}

function requireSameFolder(folder: RawPath, expected: ExpectedFolder): void {
  // 0 stands for "not known", as on Windows.
  if (expected.inode === 0n) return;
  const stat = lstatSync(folder, { bigint: true });
  if (stat.isDirectory() && stat.ino === expected.inode && stat.dev === expected.device) return;
  throw new EngineError('source_failed', `The folder ${rawText(folder)} was replaced while it was read.`, {
    retry: 'later',
  });
}

/** Takes the array over. UTF-16 units and bytes sort alike unless surrogate pairs meet U+E000 to U+FFFF. */
export function sortNames(names: RawName[]): RawName[] {
  const plain = names.every((name) => typeof name === 'string' && !SURROGATE.test(name));
  return plain ? names.sort() : names.map(byteString).sort().map(rawFromByteString);
}
