import { z } from 'zod';
import { ScenariosConfig } from '../../../../contracts/targets.ts';
import type { BrowsedEntry } from '../../engine-jobs/ports/browser.ts';
import type { RepositoryAccess } from '../../engine-jobs/ports/job-context.ts';
import { engineFailure } from '../../errors/engine-face.ts';
import { WorkFailure } from '../../runs/own-work.ts';
import type { BackupItem } from '../ports.ts';
import { backUpPaths, commandsOf } from './back-up-paths.ts';
import type { BackupSource, SourceTools } from './backup-source.ts';

const PAGE = 1_000;
const MAX_METADATA_BYTES = 64 * 1024;
/** What lies beside the folders. */
const BESIDE = '.';

interface Snapshot {
  readonly access: RepositoryAccess;
  readonly id: string;
}

/**
 * A folder of folders, each an item of its own. It is saved as one folder, so a new item is protected by itself; what the
 * items are is read from the snapshot, so that none is listed which is not in it.
 */
export const scenariosSource: BackupSource = {
  commands: (config) => commandsOf(ScenariosConfig.parse(config)),
  backUp: async (config, order, tools, context) => {
    const { path, metadata_file: _, ...rules } = ScenariosConfig.parse(config);
    if ((await tools.files.look(path)) === 'file') {
      throw new WorkFailure('source_failed', `${path} is a file; scenarios need a folder of folders.`);
    }
    return backUpPaths([path], rules, order, tools, context);
  },
  items: async (config, { access, id, before }, tools, signal) => {
    const { path, metadata_file: metadataFile } = ScenariosConfig.parse(config);
    const snapshot = { access, id };
    const root = snapshotPath(path);
    const entries = await folderEntries(snapshot, root, tools, signal);
    const items: BackupItem[] = [];
    for (const { name, path: at } of entries.filter(({ type }) => type === 'dir')) {
      const metadata = metadataFile === undefined ? null : await metadataOf(snapshot, at, metadataFile, tools, signal);
      items.push({ name, path: at, metadata });
    }
    if (entries.some(({ type }) => type !== 'dir')) items.push({ name: BESIDE, path: root, metadata: null });
    reportVanished(before, items, tools);
    return items;
  },
};

/** Where a path of this machine lies in a snapshot: `C:\data` is `/C/data` there. */
export function snapshotPath(path: string): string {
  const parts = path.replace(/^([A-Za-z]):/, '$1').split(process.platform === 'win32' ? /[\\/]+/ : /\/+/);
  return `/${parts.filter((part) => part !== '' && part !== '.').join('/')}`;
}

async function folderEntries(
  { access, id }: Snapshot,
  path: string,
  { browser }: SourceTools,
  signal: AbortSignal,
): Promise<readonly BrowsedEntry[]> {
  const entries: BrowsedEntry[] = [];
  let cursor: string | null = null;
  do {
    const page = await browser.list(access, id, path, { cursor, limit: PAGE }, signal);
    entries.push(...page.entries);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return entries;
}

/** Null where an item has none, or one that is no use: that is a warning, since somebody meant it to be one. */
async function metadataOf(
  { access, id }: Snapshot,
  itemPath: string,
  metadataFile: string,
  { browser, warn }: SourceTools,
  signal: AbortSignal,
): Promise<BackupItem['metadata']> {
  const path = `${itemPath}/${metadataFile.replaceAll('\\', '/')}`;
  try {
    const { sizeBytes, type } = await browser.stat(access, id, path, signal);
    if (type !== 'file') return problem('is no file');
    if (sizeBytes > MAX_METADATA_BYTES) return problem(`has more than ${MAX_METADATA_BYTES} bytes`);
    const { chunks } = await browser.readFile(access, id, path, null, signal);
    const pieces: Uint8Array[] = [];
    for await (const piece of chunks) pieces.push(piece);
    const read = z.record(z.string(), z.unknown()).safeParse(parsed(Buffer.concat(pieces).toString('utf8')));
    return read.success ? read.data : problem('is no JSON object');
  } catch (error) {
    if (engineFailure(error)?.code === 'path_not_found') return null;
    throw error;
  }

  function problem(what: string): null {
    warn(`The metadata ${path} ${what}; it is in the backup, but not shown.`);
    return null;
  }
}

/** Undefined for what is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function reportVanished(before: readonly BackupItem[], now: readonly BackupItem[], { warn }: SourceTools): void {
  const present = new Set(now.map(({ name }) => name));
  for (const { name } of before) {
    if (name !== BESIDE && !present.has(name)) warn(`${name} was in the backup before, and is not there any more.`);
  }
}
