import { readFileSync } from 'node:fs';
import { UsageError } from '../failure.ts';
import { decodeText } from '../text-file.ts';

/** A text file, or standard input for `-`. */
export function readTextInput(path: string, what: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path === '-' ? 0 : path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`The file of ${what}, ${path}, can't be read: ${reason}`);
  }
  const text = decodeText(bytes);
  if (text === undefined) throw new UsageError(`The file of ${what}, ${path}, is not text.`);
  return text.replace(/^\ufeff/, '');
}

/** A JSON object from a file. */
export function readJsonInput(path: string, what: string): Record<string, unknown> {
  const text = readTextInput(path, what);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`The file of ${what}, ${path}, is not JSON: ${error instanceof Error ? error.message : ''}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new UsageError(`The file of ${what}, ${path}, must hold a JSON object.`);
  }
  return { ...value };
}
