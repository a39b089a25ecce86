import { readFileSync } from 'node:fs';
import { UsageError } from '../failure.ts';
import { decodePassword } from './decode-password.ts';

/** Throws when the file is missing, unreadable or empty. */
export function readPasswordFile(path: string): Uint8Array {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`The password file ${path} cannot be read: ${reason}`);
  }
  const password = decodePassword(bytes);
  if (password.length === 0) throw new UsageError(`The password file ${path} is empty.`);
  return password;
}
