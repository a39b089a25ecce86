import type { PauseLength, ShellState } from '../../../contracts/shell-bridge.ts';
import type { ElectronPort } from '../electron/electron-port.ts';
import { externalLink } from '../windows/external-link.ts';
import type { CallHandlers } from './serve-calls.ts';

/** What the calls of the bridge need. */
export interface HandlerParts {
  readonly electron: Pick<ElectronPort, 'dialog' | 'shell'>;
  readonly state: () => ShellState;
  readonly open: (route?: string) => void;
  readonly hidePopover: () => void;
  readonly runTask: (taskId: string) => Promise<{ readonly id: string }>;
  readonly pause: (length: PauseLength) => Promise<void>;
  readonly resume: () => Promise<void>;
  readonly setOpenAtLogin: (isWanted: boolean) => void;
  readonly checkForUpdates: () => Promise<void>;
  readonly installUpdate: () => Promise<void>;
  readonly quit: () => void;
}

export function shellHandlers(parts: HandlerParts): CallHandlers {
  const { electron } = parts;
  return {
    getShellState: parts.state,
    openMainWindow: (route) => {
      parts.hidePopover();
      parts.open(route);
    },
    hidePopover: parts.hidePopover,
    runTask: async (taskId) => ({ runId: (await parts.runTask(taskId)).id }),
    pauseAll: parts.pause,
    resumeAll: parts.resume,
    chooseFolder: async ({ title, defaultPath } = {}) => {
      const { canceled, filePaths } = await electron.dialog.showOpenDialog({
        ...(title === undefined ? {} : { title }),
        ...(defaultPath === undefined ? {} : { defaultPath }),
        properties: ['openDirectory', 'createDirectory'],
      });
      return canceled ? null : (filePaths[0] ?? null);
    },
    showItemInFolder: (path) => electron.shell.showItemInFolder(path),
    openExternal: async (url) => {
      const link = externalLink(url);
      if (link === null) throw new Error('Only https addresses can be opened.');
      await electron.shell.openExternal(link);
    },
    setOpenAtLogin: parts.setOpenAtLogin,
    checkForUpdates: parts.checkForUpdates,
    installUpdate: parts.installUpdate,
    quit: parts.quit,
  };
}
