import type { FilesConfig } from '../../../../contracts/targets.ts';
import type { JobContext } from '../../engine-jobs/ports/job-context.ts';
import type { BackupFacts } from '../../engine-jobs/ports/job-facts.ts';
import { WorkFailure } from '../../runs/own-work.ts';
import { isInside } from '../../targets/path-rules.ts';
import type { SnapshotOrder, SourceCommands, SourceTools } from './backup-source.ts';

type PathRules = Omit<FilesConfig, 'paths'>;

/** Saves files and folders by the rules that all kinds of files share. */
export async function backUpPaths(
  paths: readonly string[],
  rules: PathRules,
  order: SnapshotOrder,
  tools: SourceTools,
  context: JobContext,
): Promise<BackupFacts> {
  const present = await presentPaths(paths, tools);
  const own = await ownFoldersIn(present, order.ownFolders, tools);
  return tools.engine.backup(
    order.access,
    {
      paths: present,
      excludes: [...rules.excludes, ...own.map(literalPattern)],
      excludeCaches: rules.exclude_caches,
      excludeLargerThanBytes: bytesOf(rules.exclude_larger_than),
      oneFileSystem: rules.one_file_system,
      tags: order.tags,
      hostName: null,
      parentSnapshotId: order.parentSnapshotId,
      lockPatienceMs: order.lockPatienceMs,
    },
    context,
  );
}

export function commandsOf({ pre_command: before, post_command: after }: PathRules): SourceCommands {
  return { before: before ?? null, after: after ?? null };
}

/** Those that can be looked at; a warning for each of the others, a failure where none is left. */
async function presentPaths(paths: readonly string[], { files, warn }: SourceTools): Promise<readonly string[]> {
  const states = await Promise.all(paths.map(async (path) => ({ path, state: await files.look(path) })));
  const present = states.filter(({ state }) => state !== 'missing').map(({ path }) => path);
  const missing = states.filter(({ state }) => state === 'missing').map(({ path }) => path);
  if (present.length === 0) {
    const what = missing.length === 1 ? `${missing[0] ?? ''} is` : `${missing.join(', ')} are`;
    throw new WorkFailure('source_failed', `${what} not there: there is nothing to back up. Is the drive connected?`);
  }
  for (const path of missing) warn(`${path} is not there, and not in this backup.`);
  return present;
}

/** A repository that would be backed up into itself would grow without end. */
async function ownFoldersIn(
  paths: readonly string[],
  ownFolders: readonly string[],
  { files, say }: SourceTools,
): Promise<readonly string[]> {
  const roots = await Promise.all(paths.map(async (path) => ({ path, real: await files.resolve(path) })));
  const found: string[] = [];
  for (const folder of ownFolders) {
    const real = await files.resolve(folder);
    if (!roots.some((root) => isInside(real, root.real))) continue;
    say(`${folder} is GuardIT's own, and left out.`);
    found.push(...new Set([folder, real]));
  }
  return found;
}

/** A pattern that matches just this path. */
function literalPattern(path: string): string {
  return process.platform === 'win32' ? path.replaceAll(/[[*?]/g, '[$&]') : path.replaceAll(/[\\*?[]/g, '\\$&');
}

const UNITS = { k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 } as const;

function bytesOf(size: PathRules['exclude_larger_than']): number | null {
  if (size === undefined || typeof size === 'number') return size ?? null;
  const unit = size.slice(-1).toLowerCase();
  return unit in UNITS ? Number(size.slice(0, -1)) * UNITS[unit as keyof typeof UNITS] : Number(size);
}
