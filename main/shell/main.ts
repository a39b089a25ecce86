/**
 * The desktop app: the one place where the real Electron, the real updater and the real folders come together. Bundled to
 * dist/shell/main.js, which `main` in package.json names.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import electronUpdater from 'electron-updater';
import { defaultDataFolderPath } from '../host/index.ts';
import { realElectron } from './electron/real-electron.ts';
import { launch } from './launch.ts';
import { CrashFile, startCrashReporter, watchChildren, watchProcess } from './lifecycle/crash-file.ts';
import type { ShellFolders } from './shell.ts';
import type { UpdaterPort } from './updates/updater-port.ts';
import { unpacked } from './unpacked.ts';

const { app, dialog } = realElectron;
startCrashReporter(realElectron);
const crashFile = new CrashFile(app.getPath('logs'));
watchChildren(realElectron, crashFile);
watchProcess(crashFile, close);

// Not awaited: Electron becomes ready only after this module has been evaluated.
launch({
  electron: realElectron,
  updater: updater(),
  env: process.env,
  argv: process.argv,
  platform: process.platform,
  service: {
    dataFolder: process.env['GUARDIT_DATA_DIR'] || process.env['TASK_DATA_DIR'] || defaultDataFolderPath(),
    version: app.getVersion(),
  },
  folders: folders(),
  now: () => new Date(),
}).catch((error: Error) => {
  crashFile.write('launch', error);
  close(error);
});

function close(error: Error): void {
  dialog.showErrorBox('GuardIT has to close', `${error.message}\n\nDetails are in ${crashFile.path}.`);
  app.exit(1);
}

function folders(): ShellFolders {
  const root = realElectron.app.getAppPath();
  return {
    icons: app.isPackaged ? join(process.resourcesPath, 'icons') : join(root, 'build/icons/rendered'),
    renderer: join(unpacked(root), 'dist/renderer'),
    preloadFile: join(root, 'dist/shell/preload.cjs'),
    userData: app.getPath('userData'),
  };
}

/** Only an installer that was built with an address for updates leaves this file. */
function updater(): UpdaterPort | null {
  if (!app.isPackaged || !existsSync(join(process.resourcesPath, 'app-update.yml'))) return null;
  return electronUpdater.autoUpdater;
}
