import { parentPort } from 'node:worker_threads';
import type { FromBrowser, ToBrowser } from './browser-messages.ts';
import { BrowserDesk } from './work/browser-desk.ts';

/** A thread that keeps one repository open, until whoever started it ends it. */
const port = parentPort;
if (port === null) throw new Error('This module runs only as a worker thread.');
const post = (message: FromBrowser, transfer: readonly ArrayBuffer[] = []) => port.postMessage(message, transfer);
let desk: BrowserDesk | undefined;

port.on('message', (message: ToBrowser) => {
  switch (message.kind) {
    case 'open':
      desk = new BrowserDesk(message.access, post);
      return;
    case 'ask':
      void desk?.ask(message.id, message.question);
      return;
    case 'credit':
      desk?.credit(message.id);
      return;
    case 'cancel':
      desk?.cancel(message.id);
  }
});
