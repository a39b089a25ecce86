import type {
  App,
  CrashReporter,
  Dialog,
  IpcMain,
  MenuItemConstructorOptions,
  NotificationConstructorOptions,
  Protocol,
  SafeStorage,
  Screen,
  Shell,
} from 'electron';
import type { Menus, NotificationPort, TrayPort } from './tray-ports.ts';
import type { Emits } from './emits.ts';
import type { WebContentsPort, WindowOptions, WindowPort } from './window-ports.ts';

/**
 * Every call that the shell makes of Electron, and no other: main.ts fills it with the real objects, tests with a fake.
 * Methods are picked from Electron's own types, so a call that Electron does not have does not compile. Only listeners are
 * written out: a fake can't promise the hundreds of overloads that Electron has for `on`.
 */
export interface ElectronPort {
  readonly app: AppPort;
  readonly BrowserWindow: new (options: WindowOptions) => WindowPort;
  readonly Tray: new (image: string) => TrayPort;
  readonly Menu: Menus;
  readonly Notification: {
    new (options: Pick<NotificationConstructorOptions, 'title' | 'body' | 'icon'>): NotificationPort;
    isSupported(): boolean;
  };
  readonly dialog: DialogPort;
  readonly shell: Pick<Shell, 'openExternal' | 'showItemInFolder'>;
  readonly ipcMain: IpcMainPort;
  readonly protocol: Pick<Protocol, 'registerSchemesAsPrivileged' | 'handle'>;
  readonly powerMonitor: Emits<{ suspend: []; resume: []; shutdown: [] }>;
  readonly crashReporter: Pick<CrashReporter, 'start'>;
  readonly screen: Pick<Screen, 'getAllDisplays' | 'getDisplayMatching'>;
  readonly safeStorage: Pick<SafeStorage, 'isEncryptionAvailable' | 'encryptString' | 'decryptString'>;
  readonly session: { readonly defaultSession: PermissionsPort };
}

export type AppPort = Pick<
  App,
  | 'isPackaged'
  | 'enableSandbox'
  | 'exit'
  | 'getAppPath'
  | 'getLoginItemSettings'
  | 'getPath'
  | 'getVersion'
  | 'quit'
  | 'requestSingleInstanceLock'
  | 'setAppUserModelId'
  | 'setLoginItemSettings'
  | 'whenReady'
> &
  Emits<{
    'second-instance': [event: unknown, argv: string[]];
    'before-quit': [event: { preventDefault(): void }];
    'window-all-closed': [];
    'web-contents-created': [event: unknown, contents: WebContentsPort];
    'render-process-gone': [event: unknown, contents: unknown, details: { reason: string; exitCode: number }];
    'child-process-gone': [event: unknown, details: { type: string; reason: string; exitCode: number }];
  }>;

/** The two dialogs without a parent window. */
export interface DialogPort extends Pick<Dialog, 'showErrorBox'> {
  showMessageBox(options: Electron.MessageBoxOptions): Promise<{ response: number }>;
  showOpenDialog(options: Electron.OpenDialogOptions): Promise<{ canceled: boolean; filePaths: string[] }>;
}

/** Who sent a message. `parent` is null for a window's own page, else it is a frame inside of it. */
export interface IpcEvent {
  readonly senderFrame: { readonly url: string; readonly parent: unknown } | null;
}

export interface IpcMainPort {
  handle(channel: string, listener: (event: IpcEvent, ...given: unknown[]) => unknown): ReturnType<IpcMain['handle']>;
}

export interface PermissionsPort {
  setPermissionRequestHandler(
    handler: (contents: unknown, permission: string, callback: (isGranted: boolean) => void) => void,
  ): void;
  setPermissionCheckHandler(handler: (contents: unknown, permission: string) => boolean): void;
}

/** What the shell writes into menus: a part of Electron's own type. */
export type MenuEntry = Pick<MenuItemConstructorOptions, 'label' | 'type' | 'enabled'> & {
  readonly click?: () => void;
  readonly submenu?: MenuEntry[];
};
