/**
 * `npm run test:electron`: packs the app and drives it with Playwright. Where Electron's program is missing it says that nothing
 * was tested, and exits with 0: there is nothing to fail.
 *
 * The app that is driven differs from the installed one by one fuse: Playwright comes in through Node's inspector.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { electronBinary, HOW_TO_GET_IT } from './electron-binary.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const OUTPUT = join(ROOT, 'dist-installers/for-tests');
const PROGRAMS = {
  win32: 'win-unpacked/GuardIT.exe',
  linux: 'linux-unpacked/guardit',
  darwin: 'mac/GuardIT.app/Contents/MacOS/GuardIT',
};

if (!electronBinary()) {
  console.log(`The desktop app was NOT tested: Electron's program is not here (${HOW_TO_GET_IT}).`);
  process.exit(0);
}
pack();
const folder = mkdtempSync(join(tmpdir(), 'guardit-electron-'));
try {
  await drive();
  console.log('The packaged desktop app starts, shows its page, keeps to itself, hides and quits.');
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function pack() {
  const overrides = ['-c.electronFuses.enableNodeCliInspectArguments=true', `-c.directories.output=${OUTPUT}`];
  const { status } = spawnSync(process.execPath, [join(ROOT, 'scripts/package.mjs'), '--dir', ...overrides], {
    stdio: 'inherit',
    cwd: ROOT,
  });
  if (status !== 0) process.exit(status ?? 1);
}

async function drive() {
  const { _electron } = await import('playwright-core');
  const app = await _electron.launch({
    executablePath: join(OUTPUT, PROGRAMS[process.platform] ?? PROGRAMS.linux),
    args: [`--user-data-dir=${join(folder, 'user')}`],
    env: { ...process.env, GUARDIT_DATA_DIR: join(folder, 'data'), GUARDIT_PORT: '0' },
  });
  const page = await app.firstWindow();
  await page.waitForLoadState();
  assert.match(page.url(), /^app:\/\/guardit\/#\//);
  assert.equal(await page.evaluate(() => typeof globalThis.require), 'undefined');
  await page.waitForFunction(async () => (await globalThis.guardit.getShellState()).connection.kind === 'hosting');
  const me = await page.evaluate(async () => (await fetch('/api/auth/me')).json());
  assert.equal(me.role, 'admin');
  assert.equal(await page.evaluate(() => globalThis.open('https://example.org')), null);
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
  assert.equal(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible()), false);
  const gone = new Promise((resolve) => app.process().once('exit', resolve));
  await app.evaluate(({ app: electronApp }) => electronApp.quit());
  await gone;
}
