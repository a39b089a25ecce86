import type { ElectronPort } from './electron/electron-port.ts';
import { HIDDEN_FLAG } from './lifecycle/login-item.ts';
import { registerAppScheme } from './protocol/app-protocol.ts';
import { Shell, type ShellParts } from './shell.ts';
import { externalLink } from './windows/external-link.ts';
import { lockDown } from './windows/lock-down.ts';

/** The same as in electron-builder.yml: Windows shows toasts only for an id that a shortcut in the start menu has. */
export const APP_ID = 'org.guardit.app';

export interface LaunchParts extends ShellParts {
  readonly argv: readonly string[];
}

/**
 * The desktop app's start. What must be before Electron is ready comes first, then the rest. Null: GuardIT runs already, and
 * was asked to show itself.
 */
export async function launch(parts: LaunchParts): Promise<Shell | null> {
  const { app } = parts.electron;
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return null;
  }
  app.setAppUserModelId(APP_ID);
  app.enableSandbox();
  registerAppScheme(parts.electron);
  const permissions = lockDown(parts.electron, (url) => void openLink(parts.electron, url));
  // A listener is what keeps the app alive without windows: it lives in the tray.
  app.on('window-all-closed', () => undefined);
  let shell: Shell | null = null;
  app.on('second-instance', (_event, argv) => {
    if (!argv.includes(HIDDEN_FLAG)) shell?.open();
  });
  await app.whenReady();
  permissions.onReady();
  parts.electron.Menu.setApplicationMenu(null);
  shell = new Shell(parts);
  shell.start();
  if (!parts.argv.includes(HIDDEN_FLAG)) shell.open();
  return shell;
}

async function openLink({ shell }: ElectronPort, url: string): Promise<void> {
  const link = externalLink(url);
  if (link !== null) await shell.openExternal(link).catch(() => undefined);
}
