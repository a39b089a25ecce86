import { statfs } from 'node:fs/promises';

/**
 * How a commit gets to the disk.
 *
 * `full`: SQLite's synchronous=FULL. Each COMMIT waits for the disk, and with it this thread, so everybody.
 *
 * `grouped`: synchronous=NORMAL, and the `-wal` file is flushed by us, in the thread pool, before anything of the commit is
 * acknowledged. In write-ahead mode FULL differs from NORMAL in one thing only: it flushes the log after the frames of each
 * commit (SQLite, sqlite3WalFrames). Our flush does that, just not within COMMIT: it starts after COMMIT has written all
 * frames, through a descriptor of our own. A flush is of the file, whoever wrote to it and through which descriptor.
 * All else that durability needs is in NORMAL too: the log's header is flushed before frames follow it, a checkpoint
 * flushes the log before it copies pages into the database, and the database before the log may start over. So when a
 * checkpoint comes between a COMMIT and its flush, the commit is on disk already, in the log or in the database, and the
 * flush finds nothing left to do.
 */
export type Durability = 'grouped' | 'full';

/** statfs's f_type of file systems on a disk of this computer, where fdatasync is of the file and not of the descriptor. */
const LOCAL_FILE_SYSTEMS: ReadonlySet<number> = new Set([
  0xef53, // ext2, ext3, ext4
  0x58465342, // XFS
  0x9123683e, // Btrfs
  0xf2f52010, // F2FS
  0x2fc12fc1, // ZFS
  0x01021994, // tmpfs
  0x794c7630, // overlayfs, in containers
]);

/** `grouped` where it is sure to hold: on Linux, on the file systems above. Elsewhere SQLite does it its own way. */
export async function durabilityIn(folder: string): Promise<Durability> {
  if (process.platform !== 'linux') return 'full';
  const { type } = await statfs(folder);
  // Some architectures have it as a signed number.
  return LOCAL_FILE_SYSTEMS.has(type >>> 0) ? 'grouped' : 'full';
}
