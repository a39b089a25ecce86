import { rawText, type RawPath } from '../base/raw-path.ts';
import type { JsonValue } from '../snapshot/go-json.ts';
import { GO_MODE } from '../snapshot/go-mode.ts';
import type { Node } from '../snapshot/node.ts';
import type { DiffChange, DiffResult } from './diff.ts';
import type { DiffSide } from './diff-stats.ts';
import type { FoundObject } from './find-objects.ts';
import type { StatsResult } from './stats.ts';

/** Go prints the type bits in this order, each by its letter. */
const MODE_LETTERS: readonly (readonly [bit: number, letter: string])[] = [
  [GO_MODE.dir, 'd'],
  [GO_MODE.symlink, 'L'],
  [GO_MODE.device, 'D'],
  [GO_MODE.namedPipe, 'p'],
  [GO_MODE.socket, 'S'],
  [GO_MODE.setuid, 'u'],
  [GO_MODE.setgid, 'g'],
  [GO_MODE.charDevice, 'c'],
  [GO_MODE.sticky, 't'],
  [GO_MODE.irregular, '?'],
];
const RWX = 'rwxrwxrwx';

/** A mode as Go prints it: `-rw-r--r--`, `drwxr-xr-x`, `Lrwxrwxrwx`. */
export function permissionText(goMode: number): string {
  const letters = MODE_LETTERS.filter(([bit]) => (goMode & bit) !== 0).map(([, letter]) => letter);
  const bits = Array.from(RWX, (letter, at) => (goMode & (1 << (8 - at)) ? letter : '-'));
  return (letters.join('') || '-') + bits.join('');
}

/** One entry as `restic ls --json` writes it, in its order; print with `goJson`. */
export function listedNodeJson(path: RawPath, node: Node): { readonly [key: string]: JsonValue } {
  return {
    name: node.name,
    type: node.type,
    path: rawText(path),
    uid: node.uid,
    gid: node.gid,
    ...(node.type === 'file' ? { size: node.size } : {}),
    ...(node.mode ? { mode: node.mode } : {}),
    permissions: permissionText(node.mode),
    mtime: node.mtime,
    atime: node.atime,
    ctime: node.ctime,
    ...(node.inode ? { inode: node.inode } : {}),
    message_type: 'node',
    struct_type: 'node',
  };
}

/** One match as `restic find --json` writes it. */
export function foundNodeJson(path: RawPath, node: Node): { readonly [key: string]: JsonValue } {
  return {
    path: rawText(path),
    permissions: permissionText(node.mode),
    type: node.type,
    ...(node.mode ? { mode: node.mode } : {}),
    mtime: node.mtime,
    atime: node.atime,
    ctime: node.ctime,
    uid: node.uid,
    gid: node.gid,
    ...(node.user ? { user: node.user } : {}),
    ...(node.group ? { group: node.group } : {}),
    ...(node.deviceId ? { device_id: node.deviceId } : {}),
    ...(node.size ? { size: node.size } : {}),
    ...(node.links ? { links: node.links } : {}),
    ...(node.linkTarget ? { linktarget: node.linkTarget } : {}),
  };
}

/** One place of a blob or tree as `restic find --blob --json` writes it. */
export function foundObjectJson(found: FoundObject): { readonly [key: string]: JsonValue } {
  const { type, id, path, parentTree, snapshot } = found;
  return {
    object_type: type,
    id,
    path,
    ...(type === 'blob' && parentTree !== undefined ? { parent_tree: parentTree } : {}),
    snapshot: snapshot.id,
    time: snapshot.time,
  };
}

/** `restic diff --json`: one line for each change, the statistics last. References are those the user typed. */
export function diffChangeJson({ path, modifier }: DiffChange): { readonly [key: string]: JsonValue } {
  return { message_type: 'change', path: rawText(path), modifier };
}

export function diffStatisticsJson(
  result: DiffResult,
  before: string,
  after: string,
): { readonly [key: string]: JsonValue } {
  return {
    message_type: 'statistics',
    source_snapshot: before,
    target_snapshot: after,
    changed_files: result.changedFiles,
    added: diffSideJson(result.added),
    removed: diffSideJson(result.removed),
  };
}

function diffSideJson(side: DiffSide): { readonly [key: string]: JsonValue } {
  return {
    files: side.files,
    dirs: side.dirs,
    others: side.others,
    data_blobs: side.dataBlobs,
    tree_blobs: side.treeBlobs,
    bytes: side.bytes,
  };
}

/** `restic stats --json`; what is zero is left out, as restic does, but for the first and last. */
export function statsJson(stats: StatsResult): { readonly [key: string]: JsonValue } {
  return {
    total_size: stats.totalSize,
    ...(stats.totalUncompressedSize ? { total_uncompressed_size: stats.totalUncompressedSize } : {}),
    ...(stats.compressionRatio ? { compression_ratio: stats.compressionRatio } : {}),
    ...(stats.compressionProgress ? { compression_progress: stats.compressionProgress } : {}),
    ...(stats.compressionSpaceSaving ? { compression_space_saving: stats.compressionSpaceSaving } : {}),
    ...(stats.totalFileCount ? { total_file_count: stats.totalFileCount } : {}),
    ...(stats.totalBlobCount ? { total_blob_count: stats.totalBlobCount } : {}),
    snapshots_count: stats.snapshotsCount,
  };
}
