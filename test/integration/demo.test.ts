import { execFile } from 'node:child_process';
import { linkSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { scratchFolder } from '../support/restic.ts';

const DEMO = fileURLToPath(new URL('../../scripts/demo.ts', import.meta.url));
const scratch = scratchFolder();
afterAll(() => scratch.remove());

/** With a temporary folder of its own, to see what it leaves behind, and called from `cwd` as npm would tell it. */
function demo(args: readonly string[], cwd: string) {
  const env = { ...process.env, TMPDIR: join(scratch.path, 'tmp'), INIT_CWD: cwd };
  return promisify(execFile)(process.execPath, [DEMO, ...args], { env });
}

test('backs a folder up, restores it, and says that the two are identical', { timeout: 60_000 }, async () => {
  mkdirSync(join(scratch.path, 'tmp'));
  const folder = join(scratch.path, "a user's folder");
  mkdirSync(join(folder, 'empty'), { recursive: true });
  writeFileSync(join(folder, 'file'), 'content');
  linkSync(join(folder, 'file'), join(folder, 'same file'));
  symlinkSync('nowhere', join(folder, 'link'));
  const { stdout } = await demo(["a user's folder"], scratch.path);
  for (const verb of ['init', 'backup', 'snapshots', 'restore'])
    expect(stdout).toContain(`$ scripts/guardit repo ${verb}`);
  expect(stdout).toMatch(/are identical: 2 files \(0 MB\), 2 folders and 1 links and other entries, [^\n]*\n$/);
  expect(readdirSync(join(scratch.path, 'tmp'))).toEqual([]);
});

test('a folder that is not there is a clear failure', async () => {
  const failure = demo(['missing'], scratch.path);
  await expect(failure).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('The demo failed: ENOENT') });
});
