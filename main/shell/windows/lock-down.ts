import type { ElectronPort } from '../electron/electron-port.ts';
import type { WebContentsPort, WindowOptions } from '../electron/window-ports.ts';
import { isOwnPage } from '../protocol/own-origin.ts';

/** For every window: no Node, no preload but ours, nothing shared with the page but the bridge. */
export function lockedPreferences(preloadPath: string): NonNullable<WindowOptions['webPreferences']> {
  return {
    preload: preloadPath,
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    webviewTag: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    navigateOnDragDrop: false,
    spellcheck: false,
    devTools: false,
  };
}

/**
 * Whatever web contents come into being: they stay on our page, open no window, and get no permission. Links to elsewhere go
 * to the system's browser, by `openExternal`, which looks at them first.
 */
export function lockDown(
  electron: Pick<ElectronPort, 'app' | 'session'>,
  openExternal: (url: string) => void,
): { onReady(): void } {
  electron.app.on('web-contents-created', (_event, contents) => keepOnOwnPage(contents, openExternal));
  return {
    onReady() {
      const { defaultSession } = electron.session;
      const isGranted = (permission: string) => permission === 'clipboard-sanitized-write';
      defaultSession.setPermissionRequestHandler((_contents, permission, callback) => callback(isGranted(permission)));
      defaultSession.setPermissionCheckHandler((_contents, permission) => isGranted(permission));
    },
  };
}

function keepOnOwnPage(contents: WebContentsPort, openExternal: (url: string) => void): void {
  contents.on('will-navigate', (details) => {
    // Reloading our page is the only navigation there is: its routes stand behind the #.
    if (isOwnPage(details.url)) return;
    details.preventDefault();
    openExternal(details.url);
  });
  const stay = (details: { url: string; preventDefault(): void }) => {
    if (!isOwnPage(details.url)) details.preventDefault();
  };
  contents.on('will-frame-navigate', stay);
  contents.on('will-redirect', stay);
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    openExternal(url);
    return { action: 'deny' };
  });
}
