import { existsSync, lstatSync } from 'node:fs';
import { chmod, copyFile, cp, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  SETTINGS_CATALOG,
  SETTINGS_FOLDER,
  SETTINGS_MANIFEST,
  SETTINGS_SECRETS,
  SETTINGS_TAG,
  SettingsManifest,
} from '../../../contracts/settings-snapshot.ts';
import type { JobContext, RepositoryAccess } from '../../app/engine-jobs/ports/job-context.ts';
import type { SnapshotFacts } from '../../app/engine-jobs/ports/job-facts.ts';
import type { EngineJobs } from '../../app/engine-jobs/ports/jobs.ts';
import { engineFailure } from '../../app/errors/engine-face.ts';
import { makeDataFolder } from '../../infra/data-folder/data-folder.ts';
import { openCatalog, type OpenCatalog, type OpenCatalogOptions } from '../../infra/store/open-catalog.ts';
import type { FolderToBe } from './empty-folder.ts';

export interface RestoredSettings {
  readonly snapshot: SnapshotFacts;
  readonly manifest: SettingsManifest;
  readonly catalog: OpenCatalog;
}

export interface RestoreSettingsParts {
  readonly jobs: EngineJobs;
  readonly access: RepositoryAccess;
  readonly context: JobContext;
  readonly folder: FolderToBe;
  readonly catalogOptions: Omit<OpenCatalogOptions, 'folder'>;
  readonly say: (line: string) => void;
}

/** More of them would be older than anybody wants without being asked. */
const MOST_TRIED = 5;

/** Puts the newest settings that are whole into the folder, and opens their catalog. Null: there are none. */
export async function restoreNewestSettings(
  parts: RestoreSettingsParts,
  snapshots: readonly SnapshotFacts[],
): Promise<RestoredSettings | null> {
  const { folder, say } = parts;
  const candidates = snapshots
    .filter(({ tags }) => tags.includes(SETTINGS_TAG))
    .sort((one, other) => Date.parse(other.time) - Date.parse(one.time))
    .slice(0, MOST_TRIED);
  for (const snapshot of candidates) {
    await folder.restart();
    try {
      return await restoreFrom(parts, snapshot);
    } catch (error) {
      if (engineFailure(error)?.code === 'cancelled') throw error;
      const reason = error instanceof Error ? error.message : String(error);
      say(`The settings of ${snapshot.time} can not be used: ${reason}`);
    }
  }
  await folder.restart();
  return null;
}

async function restoreFrom(parts: RestoreSettingsParts, snapshot: SnapshotFacts): Promise<RestoredSettings> {
  const { jobs, access, context, folder, catalogOptions, say } = parts;
  say(`Restores the settings of ${snapshot.time} (snapshot ${snapshot.id.slice(0, 8)}).`);
  const { warningCount } = await jobs.restore(
    access,
    {
      snapshotId: snapshot.id,
      subfolder: dataFolderIn(snapshot),
      targetPath: folder.scratch,
      include: [],
      exclude: [],
      overwrite: 'always',
      verify: true,
      dryRun: false,
      lockPatienceMs: 0,
    },
    context,
  );
  if (warningCount > 0) say(`${warningCount} warnings while restoring; rights of the old machine's accounts, mostly.`);
  const settings = join(folder.scratch, SETTINGS_FOLDER);
  const manifest = SettingsManifest.parse(JSON.parse(await readFile(join(settings, SETTINGS_MANIFEST), 'utf8')));
  makeDataFolder(folder.path);
  await copyFile(join(settings, SETTINGS_CATALOG), join(folder.path, 'catalog.sqlite'));
  await chmod(join(folder.path, 'catalog.sqlite'), 0o600);
  await copyParts(folder);
  return { snapshot, manifest, catalog: await openCatalog({ ...catalogOptions, folder: folder.path }) };
}

/** Where the data folder lay, as the snapshot's tree has it: of `C:\ProgramData\GuardIT`, `/C/ProgramData/GuardIT`. */
function dataFolderIn({ paths, time }: SnapshotFacts): string {
  const slashed = paths.map((path) => path.replaceAll('\\', '/').replace(/^([A-Za-z]):\//, '/$1/'));
  const inside = slashed.find((path) => path.endsWith(`/${SETTINGS_FOLDER}`));
  if (inside === undefined) throw new Error(`The snapshot of ${time} does not say where its settings lie.`);
  return inside.slice(0, -SETTINGS_FOLDER.length - 1) || '/';
}

/** Copied, not moved: what is copied belongs to whoever recovers, not to an account of the old machine. */
async function copyParts({ scratch, path }: FolderToBe): Promise<void> {
  const plain = { recursive: true, filter: (source: string) => isPlain(source) };
  for (const name of ['custom-tasks', 'secrets']) {
    if (existsSync(join(scratch, name))) await cp(join(scratch, name), join(path, name), plain);
  }
  // Over those of the same names, which only the old machine could open.
  const opened = join(scratch, SETTINGS_FOLDER, SETTINGS_SECRETS);
  if (existsSync(opened)) await cp(opened, join(path, 'secrets'), plain);
  if (existsSync(join(scratch, 'config.json'))) await copyFile(join(scratch, 'config.json'), join(path, 'config.json'));
  await chmod(join(path, 'secrets'), 0o700);
  for (const name of await readdir(join(path, 'secrets'))) await chmod(join(path, 'secrets', name), 0o600);
}

function isPlain(source: string): boolean {
  const found = lstatSync(source);
  return found.isDirectory() || found.isFile();
}
