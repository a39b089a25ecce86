import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Tmpfs {
  readonly path: string;
  /** `ro` refuses changes even to root, whom no permission bits stop. */
  remount(mode: 'ro' | 'rw'): void;
  unmount(): void;
}

/** A small disk of its own. `options` are mount's: `size=1m`, `nr_inodes=100`. */
export function mountTmpfs(options: string, path = mkdtempSync(join(tmpdir(), 'guardit-tmpfs-'))): Tmpfs {
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', path], { stdio: 'pipe' });
  return {
    path,
    remount: (mode) => execFileSync('mount', ['-o', `remount,${mode}`, path], { stdio: 'pipe' }),
    unmount: () => {
      execFileSync('umount', [path], { stdio: 'pipe' });
      rmdirSync(path);
    },
  };
}

/** Mounting takes root on Linux, and even root may lack it in a container. */
export const canMountTmpfs: boolean = (() => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  try {
    mountTmpfs('size=64k').unmount();
    return true;
  } catch {
    return false;
  }
})();
