import { isUtf8 } from 'node:buffer';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pack, type Header, type Pack } from 'tar-stream';
import { throwIfAborted } from '../base/abort.ts';
import { epochNsOf, type TimeText } from '../base/rfc3339.ts';
import type { Node, NodeType } from '../snapshot/node.ts';
import { posixPermissionsOf } from '../snapshot/go-mode.ts';
import { archiveEntries, type ArchiveEntry } from './archive-entries.ts';
import type { ArchiveStart } from './archive-starts.ts';
import type { DumpOptions } from './dump.ts';
import type { SnapshotFileSystem } from './snapshot-file-system.ts';

const TAR_TYPES: Readonly<Partial<Record<NodeType, NonNullable<Header['type']>>>> = {
  file: 'file',
  dir: 'directory',
  symlink: 'symlink',
  fifo: 'fifo',
  dev: 'block-device',
  chardev: 'character-device',
};
/** What the old header's octal field can hold; anything else stands in the pax record alone. */
const MAX_OCTAL_ID = 0o777777;
const ABOVE_PERMISSIONS = 0o10000;
const MAX_HEADER_SECONDS = 0x7fffffff;
const MAX_HEADER_OWNER_BYTES = 31;

/**
 * A POSIX (pax) tar: nanosecond times, large ids and sizes, extended attributes, owners' names. Hard links
 * are files of their own, as in restic's dump.
 */
export function dumpTar(files: SnapshotFileSystem, starts: readonly ArchiveStart[], options: DumpOptions): Readable {
  const archive = pack();
  const fill = async () => {
    const { onWarning, signal } = options;
    const accepts = (node: Node) => TAR_TYPES[node.type] !== undefined;
    for await (const entry of archiveEntries(files, starts, { rules: 'posix', accepts, onWarning, signal })) {
      throwIfAborted(signal);
      await addEntry(archive, files, entry, signal);
    }
    archive.finalize();
  };
  fill().catch((error: unknown) => archive.destroy(error instanceof Error ? error : new Error(String(error))));
  // tar-stream's own stream is not one of Node's, whatever its types say.
  return Readable.from(archive, { objectMode: false });
}

async function addEntry(
  archive: Pack,
  files: SnapshotFileSystem,
  { name, entry }: ArchiveEntry,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { node } = entry;
  if (node.type !== 'file') {
    await new Promise<void>((resolve, reject) => {
      archive.entry(headerOf(name, node, 0), (error) => (error ? reject(error) : resolve()));
    });
    return;
  }
  const content = await files.openFile(entry, signal);
  const sink = archive.entry(headerOf(name, node, content.size));
  // An entry ends when its stream does, also an empty one.
  await pipeline(content.stream({ signal }), sink);
}

function headerOf(name: string, node: Node, size: number): Partial<Header> & Pick<Header, 'name'> {
  const seconds = Number(epochNsOf(node.mtime) / 1_000_000_000n);
  return {
    name: node.type === 'dir' ? name + '/' : name,
    type: TAR_TYPES[node.type] ?? 'file',
    size,
    // tar-stream takes 0 for "not given"; it cuts off what is above the permissions.
    mode: posixPermissionsOf(node.mode) || ABOVE_PERMISSIONS,
    uid: Math.min(node.uid, MAX_OCTAL_ID),
    gid: Math.min(node.gid, MAX_OCTAL_ID),
    uname: Buffer.from(node.user).length > MAX_HEADER_OWNER_BYTES ? '' : node.user,
    gname: Buffer.from(node.group).length > MAX_HEADER_OWNER_BYTES ? '' : node.group,
    mtime: new Date(Math.min(Math.max(seconds, 0), MAX_HEADER_SECONDS) * 1000),
    ...(node.type === 'symlink' ? { linkname: node.linkTarget } : {}),
    ...(node.type === 'dev' || node.type === 'chardev' ? deviceNumbers(node) : {}),
    pax: paxRecords(node),
  };
}

function paxRecords(node: Node): Record<string, string> {
  const records: Record<string, string> = {
    mtime: paxTime(node.mtime),
    atime: paxTime(node.atime),
    ctime: paxTime(node.ctime),
  };
  if (node.uid > MAX_OCTAL_ID) records['uid'] = String(node.uid);
  if (node.gid > MAX_OCTAL_ID) records['gid'] = String(node.gid);
  if (Buffer.from(node.user).length > MAX_HEADER_OWNER_BYTES) records['uname'] = node.user;
  if (Buffer.from(node.group).length > MAX_HEADER_OWNER_BYTES) records['gname'] = node.group;
  for (const { name, value } of node.extendedAttributes) {
    const bytes = value ?? Buffer.alloc(0);
    // Records are text here; libarchive's form carries any bytes.
    if (isUtf8(bytes) && !/[=\n]/.test(name)) records[`SCHILY.xattr.${name}`] = bytes.toString();
    else records[`LIBARCHIVE.xattr.${encodeURIComponent(name)}`] = bytes.toString('base64');
  }
  return records;
}

/** Seconds with up to nine decimals, negative before 1970. */
function paxTime(time: TimeText): string {
  const ns = epochNsOf(time);
  const magnitude = ns < 0n ? -ns : ns;
  const fraction = (magnitude % 1_000_000_000n).toString().padStart(9, '0').replace(/0+$/, '');
  const whole = `${ns < 0n ? '-' : ''}${magnitude / 1_000_000_000n}`;
  return fraction === '' ? whole : `${whole}.${fraction}`;
}

/** Linux packs the two numbers of a device in this way. */
function deviceNumbers(node: Node): { devmajor: number; devminor: number } {
  const device = BigInt(node.device);
  const major = ((device >> 8n) & 0xfffn) | ((device >> 32n) & 0xfffff000n);
  const minor = (device & 0xffn) | ((device >> 12n) & 0xffffff00n);
  return { devmajor: Number(major), devminor: Number(minor) };
}
