/** Bits of Go's `os.FileMode`, which trees store instead of POSIX's st_mode (repository-format, section 11). */
export const GO_MODE = {
  dir: 0x80000000,
  symlink: 0x08000000,
  device: 0x04000000,
  namedPipe: 0x02000000,
  socket: 0x01000000,
  setuid: 0x00800000,
  setgid: 0x00400000,
  charDevice: 0x00200000,
  sticky: 0x00100000,
  irregular: 0x00080000,
} as const;

const PERMISSIONS = 0o777;
const POSIX_TYPE = 0o170000;
const POSIX_SETUID = 0o4000;
const POSIX_SETGID = 0o2000;
const POSIX_STICKY = 0o1000;

const GO_TYPE_OF: ReadonlyMap<number, number> = new Map([
  [0o100000, 0],
  [0o040000, GO_MODE.dir],
  [0o120000, GO_MODE.symlink],
  [0o060000, GO_MODE.device],
  [0o020000, GO_MODE.device + GO_MODE.charDevice],
  [0o010000, GO_MODE.namedPipe],
  [0o140000, GO_MODE.socket],
]);

/** `st_mode` with its type bits → Go's mode, always a non-negative u32. */
export function goModeOf(stMode: number): number {
  const type = GO_TYPE_OF.get(stMode & POSIX_TYPE) ?? GO_MODE.irregular;
  // Sums, because `|` would make the directory bit negative.
  return (
    type +
    (stMode & PERMISSIONS) +
    (stMode & POSIX_SETUID ? GO_MODE.setuid : 0) +
    (stMode & POSIX_SETGID ? GO_MODE.setgid : 0) +
    (stMode & POSIX_STICKY ? GO_MODE.sticky : 0)
  );
}

/** The twelve bits that chmod takes: permissions, setuid, setgid, sticky. */
export function posixPermissionsOf(goMode: number): number {
  return (
    (goMode & PERMISSIONS) |
    (goMode & GO_MODE.setuid ? POSIX_SETUID : 0) |
    (goMode & GO_MODE.setgid ? POSIX_SETGID : 0) |
    (goMode & GO_MODE.sticky ? POSIX_STICKY : 0)
  );
}

/** The whole `st_mode`, type bits included; an irregular file has none. */
export function posixModeOf(goMode: number): number {
  return posixPermissionsOf(goMode) | posixTypeOf(goMode);
}

function posixTypeOf(goMode: number): number {
  if (goMode & GO_MODE.dir) return 0o040000;
  if (goMode & GO_MODE.symlink) return 0o120000;
  if (goMode & GO_MODE.device) return goMode & GO_MODE.charDevice ? 0o020000 : 0o060000;
  if (goMode & GO_MODE.namedPipe) return 0o010000;
  if (goMode & GO_MODE.socket) return 0o140000;
  return goMode & GO_MODE.irregular ? 0 : 0o100000;
}
