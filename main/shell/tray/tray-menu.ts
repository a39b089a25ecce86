import type { PauseLength } from '../../../contracts/shell-bridge.ts';
import type { MenuEntry } from '../electron/electron-port.ts';
import type { TrayState } from './tray-state.ts';
import { whenText } from './tooltip.ts';

/** What the menu's entries do. */
export interface MenuOrders {
  open(route?: string): void;
  runTask(taskId: string): void;
  pause(length: PauseLength): void;
  resume(): void;
  quit(): void;
}

/** A longer list is for the window. */
const MAX_ENTRIES = 15;

export function trayMenu(state: TrayState, orders: MenuOrders, now: Date): MenuEntry[] {
  const isConnected = state.icon !== 'disconnected';
  const separator: MenuEntry = { type: 'separator' };
  return [
    { label: 'Open GuardIT', click: () => orders.open() },
    ...attentionEntries(state, orders),
    separator,
    { label: 'Run now', enabled: isConnected && state.runnable.length > 0, submenu: runEntries(state, orders) },
    ...pauseEntries(state, orders, isConnected, now),
    { label: 'Restore…', enabled: isConnected, click: () => orders.open('/restore') },
    separator,
    { label: 'Quit GuardIT', click: () => orders.quit() },
  ];
}

function attentionEntries({ attention }: TrayState, orders: MenuOrders): MenuEntry[] {
  return attention.slice(0, 3).map(({ task_id: id, name, state }) => ({
    label: `${labelText(name)}: ${state}`,
    click: () => orders.open(taskRoute(id)),
  }));
}

function runEntries({ runnable }: TrayState, orders: MenuOrders): MenuEntry[] {
  const entries: MenuEntry[] = runnable
    .slice(0, MAX_ENTRIES)
    .map(({ taskId, name }) => ({ label: labelText(name), click: () => orders.runTask(taskId) }));
  if (runnable.length > MAX_ENTRIES) entries.push({ label: 'More…', click: () => orders.open('/tasks') });
  return entries;
}

function pauseEntries({ pausedUntil }: TrayState, orders: MenuOrders, isConnected: boolean, now: Date): MenuEntry[] {
  if (pausedUntil !== null) {
    const until = pausedUntil === 'indefinitely' ? '' : ` (paused until ${whenText(new Date(pausedUntil), now)})`;
    return [{ label: `Resume schedules${until}`, enabled: isConnected, click: () => orders.resume() }];
  }
  const submenu: MenuEntry[] = [
    { label: 'For 1 hour', click: () => orders.pause('one-hour') },
    { label: 'Until tomorrow', click: () => orders.pause('until-tomorrow') },
    { label: 'Until I resume', click: () => orders.pause('until-resumed') },
  ];
  return [{ label: 'Pause schedules', enabled: isConnected, submenu }];
}

/** The page of a task. */
export function taskRoute(taskId: string): string {
  return `/tasks/${encodeURIComponent(taskId)}`;
}

/** Menus take `&` for the mark of an access key. */
function labelText(name: string): string {
  const line = name.replaceAll('&', '&&');
  return line.length <= 60 ? line : `${line.slice(0, 59)}…`;
}
