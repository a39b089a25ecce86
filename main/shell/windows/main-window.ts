import type { ElectronPort } from '../electron/electron-port.ts';
import type { WindowPort } from '../electron/window-ports.ts';
import { pageUrl } from '../protocol/own-origin.ts';
import { lockedPreferences } from './lock-down.ts';
import { MIN_HEIGHT, MIN_WIDTH, placeWindow } from './window-state.ts';
import { readWindowState, writeWindowState } from './window-state-file.ts';

export interface MainWindowParts {
  readonly electron: Pick<ElectronPort, 'BrowserWindow' | 'screen'>;
  readonly preloadPath: string;
  readonly iconPath: string;
  readonly statePath: string;
  readonly onSessionEnd: () => void;
}

/** The window with the whole interface. Closing hides it: GuardIT goes on in the tray. */
export class MainWindow {
  readonly #parts: MainWindowParts;
  #window: WindowPort | null = null;
  #mayClose = false;

  constructor(parts: MainWindowParts) {
    this.#parts = parts;
  }

  /** Null while it was never shown. */
  get window(): WindowPort | null {
    return this.#window;
  }

  /** Shows it, in front; at a page of the interface where one is named, else where it was. */
  open(route?: string): void {
    const window = this.#window;
    if (!window || window.isDestroyed()) return this.#create(route);
    if (window.isMinimized()) window.restore();
    window.show();
    window.focus();
    // Only what stands behind the # changes: the page stays loaded.
    if (route !== undefined) void load(window, route);
  }

  /** From now on closing closes. */
  allowClose(): void {
    this.#mayClose = true;
    this.#remember();
  }

  #create(route: string | undefined): void {
    const { electron, preloadPath, iconPath, statePath, onSessionEnd } = this.#parts;
    const areas = electron.screen.getAllDisplays().map(({ workArea }) => workArea);
    const { bounds, isMaximized } = placeWindow(readWindowState(statePath), areas);
    const window = new electron.BrowserWindow({
      ...bounds,
      minWidth: MIN_WIDTH,
      minHeight: MIN_HEIGHT,
      title: 'GuardIT',
      icon: iconPath,
      show: false,
      autoHideMenuBar: true,
      webPreferences: lockedPreferences(preloadPath),
    });
    this.#window = window;
    if (isMaximized) window.maximize();
    // Not before: an empty white frame is no first impression.
    window.on('ready-to-show', () => {
      window.show();
      window.focus();
    });
    window.on('close', (event) => {
      this.#remember();
      if (this.#mayClose) return;
      event.preventDefault();
      window.hide();
    });
    window.on('closed', () => {
      if (this.#window === window) this.#window = null;
    });
    window.on('session-end', onSessionEnd);
    void load(window, route ?? '/');
  }

  #remember(): void {
    const window = this.#window;
    if (!window || window.isDestroyed()) return;
    const { x, y, width, height } = window.getNormalBounds();
    writeWindowState(this.#parts.statePath, { x, y, width, height, isMaximized: window.isMaximized() });
  }
}

/** A page that does not load says so itself (app-protocol.ts); a load that another one overtakes rejects, and that is fine. */
async function load(window: WindowPort, route: string): Promise<void> {
  await window.loadURL(pageUrl(route)).catch(() => undefined);
}
