import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { LocalBackend } from '../../main/engine/backend/local-backend.ts';
import { TEST_SCRYPT } from '../../main/engine/crypto/key-file.ts';
import type { RepositoryVersion } from '../../main/engine/repository/config.ts';
import { Repository } from '../../main/engine/repository/repository.ts';

/** What `restic()` and `guardit()` use where a test says nothing else. */
export const PASSWORD = 'password';

/** Always the same, so that what a test expects of chunks never hangs on a chance; property tests draw their own. */
export const TEST_POLYNOMIAL = 0x3090ffbe5e73f7n;

/** A new repository in a folder, with a key that is cheap to open for every program. */
export async function initFolder(path: string, version: RepositoryVersion = 2): Promise<Repository> {
  const chunkerPolynomial = TEST_POLYNOMIAL;
  return Repository.init(new LocalBackend(path), {
    password: PASSWORD,
    scrypt: TEST_SCRYPT,
    version,
    chunkerPolynomial,
  });
}

export async function openFolder(path: string): Promise<Repository> {
  return Repository.open(new LocalBackend(path), { password: PASSWORD });
}

/** Names of the objects of one kind in a repository's folder, without what is still being written. */
export function objectsIn(repository: string, kind: 'keys' | 'locks' | 'snapshots' | 'index' | 'data'): string[] {
  const names = readdirSync(join(repository, kind), { recursive: kind === 'data', encoding: 'utf8' });
  return names.filter((name) => /^(..\/)?[0-9a-f]{64}$/.test(name)).sort();
}

/** Paths of everything in a repository's folder that is no object: staged packs and the temporary files of writes. */
export function unfinishedFiles(repository: string): string[] {
  const names = readdirSync(repository, { recursive: true, withFileTypes: true });
  return names
    .filter((entry) => entry.isFile() && entry.name.includes('tmp-'))
    .map((entry) => join(entry.parentPath, entry.name));
}
