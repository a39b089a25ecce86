import { constants } from 'node:fs';

/** `irregular`: neither of POSIX's seven types; reported, never stored. */
export type EntryType = 'file' | 'dir' | 'symlink' | 'dev' | 'chardev' | 'fifo' | 'socket' | 'irregular';

/** Go's os.FileMode bits (repository-format, section 11). Written as powers since `1 << 31` is negative. */
const GO_TYPE_BITS: Readonly<Record<EntryType, number>> = {
  file: 0,
  dir: 2 ** 31,
  symlink: 2 ** 27,
  dev: 2 ** 26,
  chardev: 2 ** 26 + 2 ** 21,
  fifo: 2 ** 25,
  socket: 2 ** 24,
  irregular: 2 ** 19,
};
const ALL_TYPE_BITS =
  GO_TYPE_BITS.dir +
  GO_TYPE_BITS.symlink +
  GO_TYPE_BITS.dev +
  GO_TYPE_BITS.fifo +
  GO_TYPE_BITS.socket +
  GO_TYPE_BITS.irregular;
const GO_SETUID = 2 ** 23;
const GO_SETGID = 2 ** 22;
const GO_STICKY = 2 ** 20;

const S_IFBLK = 0o060000;
const S_IFSOCK = 0o140000;
const S_IFIFO = 0o010000;

/** From a raw st_mode. */
export function entryTypeOf(rawMode: number): EntryType {
  switch (rawMode & constants.S_IFMT) {
    case constants.S_IFREG:
      return 'file';
    case constants.S_IFDIR:
      return 'dir';
    case constants.S_IFLNK:
      return 'symlink';
    case constants.S_IFCHR:
      return 'chardev';
    case S_IFBLK:
      return 'dev';
    case S_IFIFO:
      return 'fifo';
    case S_IFSOCK:
      return 'socket';
    default:
      return 'irregular';
  }
}

/** A raw st_mode as Go's FileMode, a non-negative number below 2^32. */
export function goFileMode(rawMode: number, platform: NodeJS.Platform = process.platform): number {
  const type = entryTypeOf(rawMode);
  // Windows: Go reports folders as 0777, libuv as 0666; neither reads an ACL.
  let mode = (rawMode & 0o777) | (platform === 'win32' && type === 'dir' ? 0o777 : 0);
  if (rawMode & 0o4000) mode += GO_SETUID;
  if (rawMode & 0o2000) mode += GO_SETGID;
  if (rawMode & 0o1000) mode += GO_STICKY;
  return mode + GO_TYPE_BITS[type];
}

/** What is behind a Go FileMode where it is a file, a folder or a link; undefined for other kinds, which are rare. */
export function commonTypeOf(mode: number): Extract<EntryType, 'file' | 'dir' | 'symlink'> | undefined {
  const type = (mode & ALL_TYPE_BITS) >>> 0;
  if (type === GO_TYPE_BITS.file) return 'file';
  if (type === GO_TYPE_BITS.dir) return 'dir';
  return type === GO_TYPE_BITS.symlink ? 'symlink' : undefined;
}
