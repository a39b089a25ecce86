import {
  app,
  BrowserWindow,
  crashReporter,
  dialog,
  ipcMain,
  Menu,
  Notification,
  powerMonitor,
  protocol,
  safeStorage,
  screen,
  session,
  shell,
  Tray,
} from 'electron';
import type { ElectronPort } from './electron-port.ts';

/** Electron itself. That this compiles is the proof that the port asks for nothing that Electron has not. */
export const realElectron: ElectronPort = {
  app,
  BrowserWindow,
  Tray,
  Menu,
  Notification,
  dialog,
  shell,
  ipcMain,
  protocol,
  powerMonitor,
  crashReporter,
  screen,
  safeStorage,
  // Only there once the app is ready.
  session: {
    get defaultSession() {
      return session.defaultSession;
    },
  },
};
