import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { replaceFile } from '../files/durable-file.ts';
import { readPrivateFile } from './private-file.ts';

/** 256 bits, for HMAC-SHA256. */
const KEY_BYTES = 32;

/**
 * The key that logins are signed with, made at first start. Deleting the file ends every login, and does nothing else.
 * Throws when the file is damaged or can't be read: a key that is silently replaced would hide that somebody was at it.
 */
export async function openSecretKey(path: string): Promise<Buffer> {
  const content = await readPrivateFile(path);
  if (content === null) {
    const key = randomBytes(KEY_BYTES);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await replaceFile(path, key, 0o600);
    return key;
  }
  if (content.length !== KEY_BYTES) {
    throw new Error(
      `${path} is damaged: it has ${content.length} bytes instead of ${KEY_BYTES}. Delete it; all logins end.`,
    );
  }
  return content;
}
