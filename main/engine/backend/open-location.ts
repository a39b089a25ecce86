import { EngineError } from '../base/errors.ts';
import type { Backend } from './backend.ts';
import { LocalBackend } from './local-backend.ts';
import { MemoryBackend } from './memory-backend.ts';
import type { MemoryStore } from './memory-backend.ts';

/** Schemes of restic locations that name no folder. */
const REMOTE_SCHEME = /^(s3|sftp|rest|rclone|b2|azure|gs|swift):/;
/** At least two letters: `C:` is a drive. */
const URL_SCHEME = /^([A-Za-z][A-Za-z0-9+.-]+):\/\//;

const namedStores = new Map<string, MemoryStore>();

/**
 * The backend of a location as users and configs write it: a folder (`/srv/backup`, `C:\backup`, relative to the current
 * folder), `local:FOLDER`, or `memory:NAME`, which within a process is the same repository each time; `memory:` alone is
 * always a new one. Opens nothing yet. Throws `invalid_argument`.
 */
export function openLocation(location: string): Backend {
  if (location.startsWith('local:')) return localFolder(location.slice('local:'.length));
  if (location.startsWith('memory:')) return memory(location.slice('memory:'.length));
  // Only the scheme is named in messages: the rest of a location may contain a password.
  const scheme = (REMOTE_SCHEME.exec(location) ?? URL_SCHEME.exec(location))?.[1];
  if (scheme !== undefined) {
    const message = `Locations of this kind are not supported yet by this version: ${scheme}:. Use a folder instead.`;
    throw new EngineError('invalid_argument', message);
  }
  return localFolder(location);
}

function localFolder(path: string): Backend {
  if (path === '') throw new EngineError('invalid_argument', 'The location of the repository is empty: give a folder.');
  if (path.includes('\0')) {
    throw new EngineError('invalid_argument', 'The location of the repository contains a zero byte.');
  }
  return new LocalBackend(path);
}

function memory(name: string): Backend {
  if (name === '') return new MemoryBackend();
  const store: MemoryStore = namedStores.get(name) ?? new Map();
  namedStores.set(name, store);
  return new MemoryBackend(store, name);
}
