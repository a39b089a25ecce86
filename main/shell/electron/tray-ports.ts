import type { Menu, Notification, Rectangle, Tray } from 'electron';
import type { MenuEntry } from './electron-port.ts';
import type { Emits } from './emits.ts';

export interface Menus {
  buildFromTemplate(template: MenuEntry[]): Menu;
  /** Null: windows have no menu bar. */
  setApplicationMenu(menu: null): void;
}

export type TrayPort = Pick<
  Tray,
  'setImage' | 'setToolTip' | 'setContextMenu' | 'popUpContextMenu' | 'getBounds' | 'destroy'
> &
  Emits<{ click: [event: unknown, bounds: Rectangle]; 'right-click': [event: unknown, bounds: Rectangle] }>;

export type NotificationPort = Pick<Notification, 'show' | 'close'> & Emits<{ click: []; close: [] }>;
