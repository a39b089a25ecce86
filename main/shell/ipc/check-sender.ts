import type { IpcEvent } from '../electron/electron-port.ts';
import { isOwnPage } from '../protocol/own-origin.ts';

/** Whether a message came from the interface's own page, and not from a frame inside of it or a page that is gone. */
export function isOwnSender({ senderFrame }: IpcEvent): boolean {
  return senderFrame !== null && senderFrame.parent === null && isOwnPage(senderFrame.url);
}
