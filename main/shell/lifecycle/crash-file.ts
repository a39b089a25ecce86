import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import type { ElectronPort } from '../electron/electron-port.ts';

/** Then the file becomes `.1`, which replaces an older one. */
const MAX_BYTES = 1024 * 1024;

/** What went wrong in the app itself, a line of JSON each, in a file on this machine. Nothing is sent anywhere. */
export class CrashFile {
  readonly path: string;

  constructor(folder: string) {
    this.path = join(folder, 'crashes.log');
  }

  write(kind: string, detail: unknown): void {
    const text = detail instanceof Error ? (detail.stack ?? detail.message) : inspect(detail, { depth: 3 });
    try {
      mkdirSync(join(this.path, '..'), { recursive: true });
      this.#rotate();
      const line = JSON.stringify({ at: new Date().toISOString(), kind, detail: text.slice(0, 16_384) });
      appendFileSync(this.path, `${line}\n`, { mode: 0o600 });
    } catch {
      // Where even this fails nothing is left to tell it to.
    }
  }

  #rotate(): void {
    const size = statSync(this.path, { throwIfNoEntry: false })?.size ?? 0;
    if (size > MAX_BYTES) renameSync(this.path, `${this.path}.1`);
  }
}

/** Minidumps of native crashes, in Electron's own folder for them (`crashDumps`). To be called before anything else. */
export function startCrashReporter({ crashReporter }: Pick<ElectronPort, 'crashReporter'>): void {
  crashReporter.start({ uploadToServer: false, productName: 'GuardIT' });
}

/** Pages and helper processes that died. */
export function watchChildren({ app }: Pick<ElectronPort, 'app'>, file: CrashFile): void {
  app.on('render-process-gone', (_event, _contents, details) => file.write('render-process-gone', details));
  app.on('child-process-gone', (_event, details) => {
    if (details.reason !== 'clean-exit') file.write('child-process-gone', details);
  });
}

/**
 * Errors that nobody caught in this process. After one that was thrown the process is in an unknown state: `onFatal` ends it.
 * A rejected promise is written down and survived.
 */
export function watchProcess(file: CrashFile, onFatal: (error: Error) => void, target: NodeJS.EventEmitter = process) {
  target.on('uncaughtException', (error: Error) => {
    file.write('uncaughtException', error);
    onFatal(error);
  });
  target.on('unhandledRejection', (reason: unknown) => file.write('unhandledRejection', reason));
}
