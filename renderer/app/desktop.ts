import type { ShellBridge } from '../../contracts/shell-bridge.ts';

declare global {
  interface Window {
    /** There in the desktop app only: what the pages can ask of the app around them. */
    readonly guardit?: ShellBridge;
  }
}

/** Whether these pages run in the desktop app. */
export const isDesktop = window.guardit !== undefined;
