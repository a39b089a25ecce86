import type { BrowserWindow, BrowserWindowConstructorOptions, HandlerDetails, WebContents } from 'electron';
import type { Emits } from './emits.ts';

export type WindowOptions = BrowserWindowConstructorOptions;

/** Something that can be kept from happening: a navigation, a close. */
export interface Preventable {
  preventDefault(): void;
}

interface Navigation extends Preventable {
  readonly url: string;
}

export type WebContentsPort = Pick<WebContents, 'send'> & {
  setWindowOpenHandler(handler: (details: Pick<HandlerDetails, 'url'>) => { action: 'deny' }): void;
} & Emits<{
    'will-navigate': [details: Navigation];
    'will-frame-navigate': [details: Navigation];
    'will-redirect': [details: Navigation];
    'will-attach-webview': [event: Preventable];
  }>;

export type WindowPort = Pick<
  BrowserWindow,
  | 'destroy'
  | 'focus'
  | 'getNormalBounds'
  | 'hide'
  | 'isDestroyed'
  | 'isMaximized'
  | 'isMinimized'
  | 'isVisible'
  | 'loadURL'
  | 'maximize'
  | 'restore'
  | 'setBounds'
  | 'show'
> & { readonly webContents: WebContentsPort } & Emits<{
    blur: [];
    close: [event: Preventable];
    closed: [];
    'ready-to-show': [];
    /** Windows: somebody logs off, or the machine shuts down. */
    'session-end': [];
  }>;
