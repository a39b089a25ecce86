import type { Rectangle } from 'electron';
import type { ElectronPort } from '../electron/electron-port.ts';
import type { WindowPort } from '../electron/window-ports.ts';
import { pageUrl } from '../protocol/own-origin.ts';
import { lockedPreferences } from './lock-down.ts';
import { placePopover } from './popover-place.ts';

export interface PopoverParts {
  readonly electron: Pick<ElectronPort, 'BrowserWindow' | 'screen'>;
  readonly preloadPath: string;
  readonly nowMs: () => number;
}

/** The click that takes the focus away, and so hides the popover, is often the one on the icon: it must not open it again. */
const SAME_CLICK_MS = 250;

/** The small window at the tray's icon. Made when it is first asked for, then kept. */
export class Popover {
  readonly #parts: PopoverParts;
  #window: WindowPort | null = null;
  #hiddenAtMs = -Infinity;

  constructor(parts: PopoverParts) {
    this.#parts = parts;
  }

  get window(): WindowPort | null {
    return this.#window;
  }

  toggle(icon: Rectangle): void {
    const { electron, nowMs } = this.#parts;
    if (this.#window?.isVisible()) return this.hide();
    if (nowMs() - this.#hiddenAtMs < SAME_CLICK_MS) return;
    const place = placePopover(icon, electron.screen.getDisplayMatching(icon).workArea);
    const window = this.#window && !this.#window.isDestroyed() ? this.#window : this.#create();
    window.setBounds(place);
    window.show();
    window.focus();
  }

  hide(): void {
    if (!this.#window || this.#window.isDestroyed() || !this.#window.isVisible()) return;
    this.#hiddenAtMs = this.#parts.nowMs();
    this.#window.hide();
  }

  destroy(): void {
    this.#window?.destroy();
    this.#window = null;
  }

  #create(): WindowPort {
    const { electron, preloadPath } = this.#parts;
    const window = new electron.BrowserWindow({
      show: false,
      frame: false,
      resizable: false,
      movable: false,
      minimizable: false,
      maximizable: false,
      fullscreenable: false,
      skipTaskbar: true,
      alwaysOnTop: true,
      title: 'GuardIT',
      webPreferences: lockedPreferences(preloadPath),
    });
    this.#window = window;
    window.on('blur', () => this.hide());
    window.on('closed', () => {
      if (this.#window === window) this.#window = null;
    });
    void window.loadURL(pageUrl('/popover')).catch(() => undefined);
    return window;
  }
}
