import type { ElectronPort } from '../electron/electron-port.ts';

/** Given at a start with the session: the tray only, no window. */
export const HIDDEN_FLAG = '--hidden';

/** Whether the app starts when this person logs in. Linux has no such setting in Electron: there it is always off. */
export function opensAtLogin({ app }: Pick<ElectronPort, 'app'>): boolean {
  return app.getLoginItemSettings({ args: [HIDDEN_FLAG] }).openAtLogin;
}

/** Throws where the system has no such setting. */
export function setOpenAtLogin({ app }: Pick<ElectronPort, 'app'>, isWanted: boolean, platform: NodeJS.Platform): void {
  if (platform === 'linux') {
    throw new Error(
      'Here the desktop itself decides what starts at login: add GuardIT to its list of start-up programs.',
    );
  }
  app.setLoginItemSettings({ openAtLogin: isWanted, args: [HIDDEN_FLAG] });
}
