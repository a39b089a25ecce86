/**
 * The bridge between the interface's page and the app: `window.guardit`, a dozen calls and one event. It runs in a sandbox,
 * as one file without anything of Node.
 */
import { contextBridge, ipcRenderer } from 'electron';
import type {
  ShellAnswer,
  ShellBridge,
  ShellCallName,
  ShellCalls,
  ShellChannel,
  ShellState,
  ShellStateChannel,
} from '../contracts/shell-bridge.ts';

const STATE_CHANNEL: ShellStateChannel = 'guardit:shell-state';

/** One call over its channel. Rejects with the app's own sentence. */
function call<Name extends ShellCallName>(name: Name) {
  const channel: ShellChannel = `guardit:${name}`;
  return async (...given: Parameters<ShellCalls[Name]>): Promise<Awaited<ReturnType<ShellCalls[Name]>>> => {
    const answer = (await ipcRenderer.invoke(channel, ...given)) as ShellAnswer<Awaited<ReturnType<ShellCalls[Name]>>>;
    if (!answer.ok) throw new Error(answer.message);
    return answer.value;
  };
}

const bridge: ShellBridge = {
  getShellState: call('getShellState'),
  openMainWindow: call('openMainWindow'),
  hidePopover: call('hidePopover'),
  runTask: call('runTask'),
  pauseAll: call('pauseAll'),
  resumeAll: call('resumeAll'),
  chooseFolder: call('chooseFolder'),
  showItemInFolder: call('showItemInFolder'),
  openExternal: call('openExternal'),
  setOpenAtLogin: call('setOpenAtLogin'),
  checkForUpdates: call('checkForUpdates'),
  installUpdate: call('installUpdate'),
  quit: call('quit'),
  onShellState(listener) {
    // The event itself stays here: it would give the page a way to send whatever it likes.
    const forward = (_event: unknown, state: ShellState) => listener(state);
    ipcRenderer.on(STATE_CHANNEL, forward);
    return () => void ipcRenderer.off(STATE_CHANNEL, forward);
  },
};

contextBridge.exposeInMainWorld('guardit', bridge);
