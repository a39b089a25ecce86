import { createHash } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import type { Backend } from '../backend/backend.ts';
import { EngineError, isEngineError } from '../base/errors.ts';
import type { KeyId } from '../base/ids.ts';
import { makeKeyFile, openKeyFile, parseKeyFile, type KeyFile, type ScryptParams } from '../crypto/key-file.ts';
import type { MasterKey } from '../crypto/master-key.ts';

export type Password = string | Uint8Array;

/** Restic stops here too: each try costs half a second of scrypt (repository-format, section 4). */
const MAX_KEYS_TRIED = 20;

export interface OpenedKey {
  readonly keyId: KeyId;
  readonly masterKey: MasterKey;
}

export interface KeyInfo {
  readonly id: KeyId;
  readonly current: boolean;
  readonly username: string;
  readonly hostname: string;
  /** RFC 3339 as stored, or '' where the file has none. */
  readonly created: string;
}

/**
 * Finds the key file that the password opens. Only a wrong password moves on to the next file; any other defect stops,
 * because restic would stop there too and the user must hear of it (repository-format, section 4).
 * Errors: `wrong_password`, `corrupt`, `repository_not_found` when there is no key at all.
 */
export async function openAnyKey(
  backend: Backend,
  password: Password,
  options: { keyHint?: KeyId; signal?: AbortSignal } = {},
): Promise<OpenedKey> {
  const keys = await backend.list('key', options.signal);
  if (keys.length === 0) {
    throw new EngineError(
      'repository_not_found',
      `${backend.location} holds no key file, so it is no usable repository.`,
    );
  }
  const ids = keys.map((key) => key.id as KeyId).sort();
  if (options.keyHint && ids.includes(options.keyHint)) {
    ids.splice(ids.indexOf(options.keyHint), 1);
    ids.unshift(options.keyHint);
  }
  for (const keyId of ids.slice(0, MAX_KEYS_TRIED)) {
    try {
      return { keyId, masterKey: await openKeyFile(await loadKeyFile(backend, keyId, options.signal), password) };
    } catch (error) {
      if (!isEngineError(error, 'wrong_password')) throw error;
    }
  }
  throw new EngineError(
    'wrong_password',
    `The password opens none of the ${Math.min(ids.length, MAX_KEYS_TRIED)} key(s) of ${backend.location}.`,
  );
}

async function loadKeyFile(backend: Backend, id: KeyId, signal?: AbortSignal): Promise<KeyFile> {
  const bytes = await backend.read({ type: 'key', id }, undefined, signal);
  if (createHash('sha256').update(bytes).digest('hex') !== id) {
    throw new EngineError(
      'corrupt',
      `Key ${id} of ${backend.location} is damaged: its content does not match its name.`,
      {
        context: { keyId: id },
      },
    );
  }
  try {
    return parseKeyFile(bytes);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new EngineError('corrupt', `Key ${id} of ${backend.location} cannot be used: ${reason}`, {
      cause: error,
      context: { keyId: id },
    });
  }
}

export interface AddKeyOptions {
  readonly username?: string;
  readonly hostname?: string;
  /** Only tests choose cheap parameters. */
  readonly scrypt?: ScryptParams;
  readonly signal?: AbortSignal;
}

/**
 * Wraps the master key under another password. The new file is read back and opened before it counts; one that does not
 * open is deleted again.
 */
export async function addKey(
  backend: Backend,
  masterKey: MasterKey,
  password: Password,
  options: AddKeyOptions = {},
): Promise<KeyId> {
  if (password.length === 0) throw new EngineError('invalid_argument', 'An empty password is refused.');
  const bytes = await makeKeyFile(masterKey, password, {
    hostname: options.hostname ?? hostname(),
    username: options.username ?? userInfo().username,
    ...(options.scrypt ? { params: options.scrypt } : {}),
  });
  const id = createHash('sha256').update(bytes).digest('hex') as KeyId;
  await backend.write({ type: 'key', id }, bytes, options.signal);
  try {
    const reread = await openKeyFile(await loadKeyFile(backend, id), password);
    if (!reread.encrypt.equals(masterKey.encrypt))
      throw new EngineError('corrupt', `Key ${id} does not open the repository.`);
  } catch (error) {
    await backend.remove({ type: 'key', id });
    throw error;
  }
  return id;
}

export async function listKeys(backend: Backend, current: KeyId, signal?: AbortSignal): Promise<KeyInfo[]> {
  const files = await backend.list('key', signal);
  const infos = await Promise.all(
    files.map(async ({ id }): Promise<KeyInfo> => {
      const keyId = id as KeyId;
      const file = await loadKeyFile(backend, keyId, signal);
      return {
        id: keyId,
        current: keyId === current,
        username: file.username,
        hostname: file.hostname,
        created: file.created,
      };
    }),
  );
  return infos.sort((a, b) => (a.created < b.created ? -1 : a.created > b.created ? 1 : 0));
}

/** Refuses the key in use: whoever removes the last key that they know locks themselves out. */
export async function removeKey(backend: Backend, current: KeyId, id: KeyId, signal?: AbortSignal): Promise<void> {
  if (id === current) {
    throw new EngineError('refused', `Key ${id.slice(0, 8)} is the one in use and is not removed.`);
  }
  await backend.remove({ type: 'key', id }, signal);
}
