import type { Rectangle } from 'electron';
import type { ElectronPort } from '../electron/electron-port.ts';
import type { TrayPort } from '../electron/tray-ports.ts';
import { trayIconPath } from './icon-files.ts';
import { trayMenu, type MenuOrders } from './tray-menu.ts';
import type { TrayState } from './tray-state.ts';

export interface TrayIconParts {
  readonly electron: Pick<ElectronPort, 'Tray' | 'Menu'>;
  readonly iconFolder: string;
  readonly platform: NodeJS.Platform;
  readonly orders: MenuOrders;
  /** A click: where the icon is, in screen coordinates. */
  readonly onClick: (bounds: Rectangle) => void;
  readonly now: () => Date;
}

/** The icon beside the clock. It is touched only when something that it shows has changed. */
export class TrayIconView {
  readonly #parts: TrayIconParts;
  readonly #tray: TrayPort;
  #shown: TrayState;

  constructor(parts: TrayIconParts, state: TrayState) {
    this.#parts = parts;
    this.#shown = state;
    this.#tray = new parts.electron.Tray(trayIconPath(parts.iconFolder, state.icon, parts.platform));
    this.#tray.setToolTip(state.tooltip);
    this.#tray.on('click', (_event, bounds) => parts.onClick(bounds));
    if (this.#hasStandingMenu) this.#tray.setContextMenu(this.#menu());
    else this.#tray.on('right-click', () => this.#tray.popUpContextMenu(this.#menu()));
  }

  show(state: TrayState): void {
    const before = this.#shown;
    this.#shown = state;
    const { iconFolder, platform } = this.#parts;
    if (state.icon !== before.icon) this.#tray.setImage(trayIconPath(iconFolder, state.icon, platform));
    if (state.tooltip !== before.tooltip) this.#tray.setToolTip(state.tooltip);
    if (this.#hasStandingMenu && menuKey(state) !== menuKey(before)) this.#tray.setContextMenu(this.#menu());
  }

  destroy(): void {
    this.#tray.destroy();
  }

  /** Linux' status notifiers tell no right click: they own the menu and show it themselves. */
  get #hasStandingMenu(): boolean {
    return this.#parts.platform === 'linux';
  }

  #menu() {
    return this.#parts.electron.Menu.buildFromTemplate(trayMenu(this.#shown, this.#parts.orders, this.#parts.now()));
  }
}

/** What of a state stands in the menu. A menu that is open closes when it is replaced, so progress must not do that. */
function menuKey({ icon, attention, runnable, pausedUntil }: TrayState): string {
  const needs = attention.slice(0, 3).map(({ task_id, name, state }) => [task_id, name, state]);
  return JSON.stringify([icon === 'disconnected', needs, runnable, pausedUntil]);
}
