import { rawText } from '../base/raw-path.ts';
import type { WarningListener } from '../base/progress.ts';
import type { Node } from '../snapshot/node.ts';
import { archiveName, type NameRules } from './archive-names.ts';
import type { ArchiveStart } from './archive-starts.ts';
import type { SnapshotEntry, SnapshotFileSystem } from './snapshot-file-system.ts';

export interface ArchiveEntry {
  /** Relative, `/` between names, no slash at the end. */
  readonly name: string;
  readonly entry: SnapshotEntry;
}

export interface ArchiveEntriesOptions {
  readonly rules: NameRules;
  readonly accepts: (node: Node) => boolean;
  readonly onWarning?: WarningListener | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Everything from there down, each folder before what is in it, in the order of the names' bytes: the same snapshot always
 * gives the same archive.
 */
export async function* archiveEntries(
  files: SnapshotFileSystem,
  starts: readonly ArchiveStart[],
  options: ArchiveEntriesOptions,
): AsyncGenerator<ArchiveEntry, void, undefined> {
  const { rules, accepts, onWarning, signal } = options;
  const prefixOf = (folders: readonly Buffer[]) => folders.map((bytes) => archiveName(nameOf(bytes), rules) ?? '_');
  const stack = starts.toReversed().map(({ folders, entries }) => ({ prefix: prefixOf(folders), entries }));
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const next = await top.entries.next();
    if (next.done) {
      stack.pop();
      continue;
    }
    const entry = next.value;
    const warn = (message: string) => onWarning?.({ item: rawText(entry.path), message, during: 'dump' });
    const own = archiveName(entry.node, rules);
    if (own === undefined) {
      warn('The name would lead out of the folder; left out.');
      continue;
    }
    if (!accepts(entry.node)) {
      warn(`The archive can't hold an entry of type ${entry.node.type}; left out.`);
      continue;
    }
    const names = [...top.prefix, own];
    if (!Buffer.from(own).equals(Buffer.from(entry.node.rawName ?? entry.node.name))) {
      warn(`Named ${JSON.stringify(own)} in the archive, which can't hold the name as it is.`);
    }
    yield { name: names.join('/'), entry };
    if (entry.node.type === 'dir') stack.push({ prefix: names, entries: files.entries(entry.path, signal) });
  }
}

function nameOf(bytes: Buffer) {
  return { name: bytes.toString(), rawName: bytes };
}
