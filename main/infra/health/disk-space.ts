import { statfs } from 'node:fs/promises';
import type { DiskSpace } from '../../app/health/ports.ts';

export const DISK_SPACE: DiskSpace = {
  async freeBytes(folder) {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  },
};
