import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WebService } from './web-service.ts';

const FOLDERS = 10;
const FILES_IN_EACH = 6;
const FILE_BYTES = 8_000_000;
export const MANY_FILES = FOLDERS * FILES_IN_EACH;

export interface ManyFiles {
  readonly source: string;
  readonly repository: string;
  /** Room for what a test restores. */
  readonly room: string;
  readonly backupId: string;
  remove(): void;
}

/** A backup whose restore takes long enough to be looked at, and to be cancelled. */
export async function backUpManyFiles({ api }: WebService): Promise<ManyFiles> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'guardit-many-')));
  const source = join(folder, 'many');
  for (let at = 0; at < FOLDERS; at++) {
    const inside = join(source, `folder-${at}`);
    mkdirSync(inside, { recursive: true });
    for (let file = 0; file < FILES_IN_EACH; file++)
      writeFileSync(join(inside, `${file}.bin`), randomBytes(FILE_BYTES));
  }
  const repository = join(folder, 'repository');
  await api('POST', '/api/v1/repositories', { name: 'disk', kind: 'local', location: { path: repository } });
  const config = { paths: [source] };
  await api('POST', '/api/v1/targets', { name: 'Many', kind: 'files', config, repository_id: 'disk' });
  const started = await api('POST', '/api/v1/backup/start', { target_id: 'many', backup_type: 'full' });
  const { backup_id: backupId } = started as { backup_id: string };
  for (let status = ''; status !== 'completed'; await new Promise((resolve) => setTimeout(resolve, 200))) {
    ({ status } = (await api('GET', `/api/v1/backup/${backupId}`)) as { status: string });
    if (status === 'failed') throw new Error(`The backup ${backupId} failed.`);
  }
  const remove = () => rmSync(folder, { recursive: true, force: true });
  return { source, repository, room: join(folder, 'room'), backupId, remove };
}

/** How many files of the source are in `restored` as they were. One that was cut off is there, but only in part. */
export function countRestored(source: string, restored: string): number {
  let count = 0;
  for (const path of readdirSync(restored, { recursive: true, encoding: 'utf8' })) {
    if (!path.endsWith('.bin')) continue;
    if (readFileSync(join(restored, path)).equals(readFileSync(join(source, path)))) count++;
  }
  return count;
}
