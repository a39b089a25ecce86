import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whether the scratch file system stores `user.*` attributes, as `setfattr` finds and not the code under test. */
export const hasUserXattrs = probeUserXattrs();

function probeUserXattrs(): boolean {
  const path = join(tmpdir(), `guardit-xattr-probe-${process.pid}`);
  try {
    writeFileSync(path, '');
    return spawnSync('setfattr', ['-n', 'user.probe', '-v', 'x', path]).status === 0;
  } finally {
    rmSync(path, { force: true });
  }
}
