import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { launch } from '../../main/shell/launch.ts';
import type { Shell } from '../../main/shell/shell.ts';
import type { UpdaterPort } from '../../main/shell/updates/updater-port.ts';
import { FakeElectron, type FakeElectronOptions } from './fake-electron.ts';

export interface RunningShell {
  readonly electron: FakeElectron;
  /** Null for a second instance. */
  readonly shell: Shell | null;
  readonly dataFolder: string;
  readonly folder: string;
}

export interface RunningShellOptions extends Partial<FakeElectronOptions> {
  readonly dataFolder?: string;
  readonly argv?: readonly string[];
  readonly platform?: NodeJS.Platform;
  readonly updater?: UpdaterPort;
}

/** The whole desktop app but for Electron, over a real core. What it hosts ends with the test. */
export async function startShell(options: RunningShellOptions = {}): Promise<RunningShell> {
  const folder = mkdtempSync(join(tmpdir(), 'guardit-shell-'));
  const { dataFolder = join(folder, 'data'), argv = ['--hidden'], platform = 'win32' } = options;
  const renderer = join(folder, 'renderer');
  mkdirSync(join(renderer, 'assets'), { recursive: true });
  writeFileSync(join(renderer, 'index.html'), '<meta content="__CSP_NONCE__"><title>GuardIT</title>');
  writeFileSync(join(renderer, 'assets/main.js'), 'export {};');
  writeFileSync(join(folder, 'secret.txt'), 'not for pages');
  const electron = new FakeElectron({ userData: join(folder, 'user'), ...options });
  const shell = await launch({
    ...{ electron, argv, platform, updater: options.updater ?? null, env: {}, now: () => new Date() },
    service: {
      ...{ dataFolder, flags: { port: 0 }, env: {}, version: '0.0.0-test', checkReplies: true },
      log: pino({ level: 'silent' }),
    },
    folders: {
      icons: '/icons',
      renderer,
      preloadFile: '/app/dist/shell/preload.cjs',
      userData: join(folder, 'user'),
    },
    timing: { retryMs: 50, patienceMs: 0, claimWatchMs: 50, restMs: 10, refreshMs: 60_000 },
  });
  onTestFinished(async () => {
    await shell?.endNow();
    rmSync(folder, { recursive: true, force: true });
  });
  return { electron, shell, dataFolder, folder };
}

/** Waits until something has become so. The test's own time limit ends a wait that is in vain. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 15));
}
