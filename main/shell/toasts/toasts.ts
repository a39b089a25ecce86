import type { ElectronPort } from '../electron/electron-port.ts';
import type { NotificationPort } from '../electron/tray-ports.ts';
import type { CoreView } from '../core/core-view.ts';
import type { TrayState } from '../tray/tray-state.ts';
import { planToasts, type Toast, type Told } from './toast-plan.ts';

export interface ToastParts {
  readonly electron: Pick<ElectronPort, 'Notification'>;
  /** Absolute; shown beside the text. */
  readonly icon: string;
  readonly open: (route: string) => void;
}

/** Shows what is news. What was told stays known while the connection is lost, so a reconnect repeats nothing. */
export class Toasts {
  readonly #parts: ToastParts;
  readonly #shown = new Map<string, NotificationPort>();
  #told: Told = null;

  constructor(parts: ToastParts) {
    this.#parts = parts;
  }

  /** Takes a state that is known; while nothing is known there is nothing to tell. */
  tell(state: TrayState, view: CoreView): void {
    const names = new Map(view.tasks.map(({ task_id, display_name }) => [task_id, display_name]));
    const { toasts, told } = planToasts(this.#told, state.attention, names);
    this.#told = told;
    if (!this.#parts.electron.Notification.isSupported()) return;
    for (const toast of toasts) this.#show(toast);
  }

  #show({ key, title, body, route }: Toast): void {
    this.#shown.get(key)?.close();
    const notification = new this.#parts.electron.Notification({ title, body, icon: this.#parts.icon });
    // Kept, or its listeners would be collected with it.
    this.#shown.set(key, notification);
    notification.on('click', () => this.#parts.open(route));
    notification.on('close', () => {
      if (this.#shown.get(key) === notification) this.#shown.delete(key);
    });
    notification.show();
  }
}
