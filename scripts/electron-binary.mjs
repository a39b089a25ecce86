import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PACKAGE = fileURLToPath(new URL('../node_modules/electron/', import.meta.url));
const USUAL_NAMES = { win32: 'electron.exe', darwin: 'Electron.app/Contents/MacOS/Electron' };

/**
 * Electron's program, where this machine has it; else null. The npm package alone is only a loader, and asking it for the path
 * would make it download: so this looks at files.
 */
export function electronBinary(env = process.env, packageFolder = PACKAGE) {
  const pathFile = join(packageFolder, 'path.txt');
  const name = existsSync(pathFile)
    ? readFileSync(pathFile, 'utf8').trim()
    : (USUAL_NAMES[process.platform] ?? 'electron');
  const folder = env.ELECTRON_OVERRIDE_DIST_PATH || join(packageFolder, 'dist');
  const path = join(folder, name);
  return existsSync(path) ? path : null;
}

/** The folder that electron-builder copies the program from. */
export function electronDist(binary) {
  return process.platform === 'darwin' ? dirname(dirname(dirname(dirname(binary)))) : dirname(binary);
}

export const HOW_TO_GET_IT = '`npx install-electron` downloads it, or ELECTRON_OVERRIDE_DIST_PATH names its folder';
