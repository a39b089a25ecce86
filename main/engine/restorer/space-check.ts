import { existsSync, statfsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { formatByteSize } from '../base/byte-size.ts';
import type { BlobId } from '../base/ids.ts';
import { joinPath } from '../base/raw-path.ts';
import type { RepositoryIndex } from '../index/repository-index.ts';
import type { Repository } from '../repository/repository.ts';
import type { Node } from '../snapshot/node.ts';
import type { StoredSnapshot } from '../snapshot/snapshot.ts';
import { FileContents } from './file-contents.ts';
import { ZERO_CHUNK } from './file-table.ts';
import { ROOT_FOLDER } from './folder-table.ts';
import type { PlannedFolder } from './planned-folder.ts';
import { RestoreLedger } from './restore-ledger.ts';
import type { RestoreOptions } from './restore-options.ts';
import type { Selection } from './selection.ts';
import { lookAt, mayOverwrite } from './target-entries.ts';
import { TreeLoader } from './tree-loader.ts';
import { TreeWalk } from './tree-walk.ts';

export interface SpaceQuestion {
  readonly repository: Repository;
  readonly index: RepositoryIndex;
  readonly snapshot: StoredSnapshot;
  readonly root: BlobId;
  readonly selection: Selection;
  readonly options: Pick<RestoreOptions, 'target' | 'overwrite'>;
  readonly signal: AbortSignal | undefined;
}

/**
 * Says in a sentence why the target is too small, before anything is written; undefined when it is large enough, or nobody
 * knows. The trees are walked only when the whole snapshot would not fit. Holes take nothing, hard links count once, and files
 * that are there already count with what they have.
 */
export async function findSpaceProblem(question: SpaceQuestion): Promise<string | undefined> {
  const { target } = question.options;
  const freeBytes = freeBytesAt(target);
  if (freeBytes === undefined) return undefined;
  const { summary } = question.snapshot;
  if (summary && summary.totalBytesProcessed <= freeBytes) return undefined;
  const neededBytes = await measureNeeded(question);
  if (neededBytes <= freeBytes) return undefined;
  const [needed, free] = [formatByteSize(neededBytes), formatByteSize(freeBytes)];
  return `The target ${target} is too small: the restore needs ${needed}, and ${free} are free there.`;
}

/** Of the file system that the target is on, or will be. */
function freeBytesAt(target: string): number | undefined {
  let folder = resolve(target);
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  try {
    const { bavail, blocks, bsize } = statfsSync(folder);
    return blocks > 0 ? bavail * bsize : undefined;
  } catch {
    return undefined;
  }
}

async function measureNeeded({ repository, index, root, selection, options, signal }: SpaceQuestion): Promise<number> {
  const target = rootFolder(resolve(options.target));
  const contents = new FileContents(index.table);
  const linked = new Set<string>();
  let neededBytes = 0;
  const entry = (node: Node, name: string | Buffer, folder: PlannedFolder) => {
    if (node.type !== 'file' || isFurtherLink(node, linked)) return;
    const existing = target.fresh ? undefined : lookAt(joinPath(folder.path, name));
    if (!mayOverwrite(options.overwrite ?? 'always', node, existing)) return;
    const hasBytes = existing?.isFile() ? Number(existing.size) : 0;
    neededBytes += Math.max(0, writtenBytes(node, contents) - hasBytes);
  };
  const loader = new TreeLoader(repository, index, signal);
  // Its warnings come again when the restore itself walks.
  const walk = new TreeWalk(
    { loader, selection, ledger: new RestoreLedger({}), findExtra: false, signal },
    { folder: () => undefined, entry, extra: () => undefined, turn: () => undefined },
  );
  try {
    await walk.run(root, target);
  } finally {
    loader.close();
  }
  return neededBytes;
}

function rootFolder(path: string): PlannedFolder {
  return {
    parent: undefined,
    node: undefined,
    name: '',
    location: '/',
    path,
    number: ROOT_FOLDER,
    fresh: !existsSync(path),
    foreignXattrs: false,
  };
}

function isFurtherLink({ links, inode, deviceId }: Node, seen: Set<string>): boolean {
  if (links <= 1 || inode === 0) return false;
  const key = `${deviceId}:${inode}`;
  if (seen.has(key)) return true;
  seen.add(key);
  return false;
}

function writtenBytes(node: Node, contents: FileContents): number {
  const content = contents.find(node);
  if (typeof content === 'string') return 0;
  let bytes = 0;
  for (const entry of content.entries) if (entry !== ZERO_CHUNK) bytes += contents.lengthOf(entry);
  return bytes;
}
