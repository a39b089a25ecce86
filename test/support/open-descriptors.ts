import { readdirSync, readlinkSync } from 'node:fs';

/** What this process, with all its threads, has open below `folder`; empty where the system does not tell. */
export function openDescriptors(folder: string): string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc/self/fd').flatMap((name) => {
    try {
      const path = readlinkSync(`/proc/self/fd/${name}`);
      return path.startsWith(`${folder}/`) ? [path] : [];
    } catch {
      // The listing's own descriptor, closed since.
      return [];
    }
  });
}
