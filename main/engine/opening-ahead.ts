import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { objectPath, typeFolder } from './backend/layout.ts';
import { isFullId, type KeyId } from './base/ids.ts';
import { deriveAhead, SALT_BYTES } from './crypto/scrypt.ts';

/** The real thing has about 500 bytes. */
const MAX_KEY_FILE_BYTES = 64 * 1024;

/**
 * A small door beside the engine's, for a process that knows what it will open before it has loaded the engine: begins what opening a
 * repository in a folder waits for longest, scrypt, for some 0.3 s. Only where one key can be meant; whoever opens it looks at everything
 * anew, and says what is wrong.
 */
export function prepareOpening(folder: string, password: Uint8Array): void {
  try {
    const names = readdirSync(typeFolder(folder, 'key')).filter(isFullId);
    const [id] = names;
    if (id === undefined || names.length > 1) return;
    const path = objectPath(folder, { type: 'key', id: id as KeyId });
    const status = lstatSync(path);
    if (!status.isFile() || status.size > MAX_KEY_FILE_BYTES) return;
    const { N, r, p, salt } = JSON.parse(readFileSync(path, 'utf8')) as Readonly<Record<string, unknown>>;
    if (typeof N !== 'number' || typeof r !== 'number' || typeof p !== 'number' || typeof salt !== 'string') return;
    const saltBytes = Buffer.from(salt, 'base64');
    if (saltBytes.length === SALT_BYTES) deriveAhead(password, saltBytes, { N, r, p });
  } catch {
    // No folder, no key, no JSON.
  }
}
