import { join } from 'node:path';
import type { TrayIcon } from '../../../contracts/shell-bridge.ts';

/** Rendered by `npm run icons`: an .ico holds 16 to 48 px, and Windows takes what its scaling needs. */
export function trayIconPath(folder: string, icon: TrayIcon, platform: NodeJS.Platform): string {
  return join(folder, `tray-${icon}.${platform === 'win32' ? 'ico' : 'png'}`);
}

export function appIconPath(folder: string, platform: NodeJS.Platform): string {
  return join(folder, platform === 'win32' ? 'app.ico' : 'app-256.png');
}
