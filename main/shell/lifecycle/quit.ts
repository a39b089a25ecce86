import type { ElectronPort } from '../electron/electron-port.ts';
import { quitQuestion, type QuitChoice, type QuitFacts } from './quit-question.ts';

export interface QuitParts {
  readonly electron: Pick<ElectronPort, 'app' | 'dialog'>;
  readonly facts: () => Promise<QuitFacts>;
  readonly cancelRuns: () => Promise<void>;
  /** Resolves when nothing runs. */
  readonly whenIdle: () => Promise<void>;
  /** Ends what is hosted here and lets windows close. */
  readonly shutDown: () => Promise<void>;
}

/** The way out: asks where something would be lost, ends the core in good order, then goes. */
export class Quit {
  readonly #parts: QuitParts;
  #isAsking = false;
  #isWaiting = false;
  #ending: Promise<void> | null = null;
  #hasEnded = false;

  constructor(parts: QuitParts) {
    this.#parts = parts;
    parts.electron.app.on('before-quit', (event) => {
      if (this.#hasEnded) return;
      // Electron does not wait for promises: it is kept, and called again when all is done.
      event.preventDefault();
      void this.ask();
    });
  }

  /** A person wants to quit. */
  async ask(): Promise<void> {
    if (this.#isAsking || this.#ending) return;
    this.#isAsking = true;
    try {
      await this.#follow(await this.#choice());
    } finally {
      this.#isAsking = false;
    }
  }

  /** Without a question: the session ends. */
  async now(): Promise<void> {
    await this.prepare();
    this.#parts.electron.app.quit();
  }

  /** Ends everything but the app itself: whoever quits it next (an update's installer) is not asked. */
  prepare(): Promise<void> {
    this.#ending ??= this.#parts.shutDown().finally(() => (this.#hasEnded = true));
    return this.#ending;
  }

  async #choice(): Promise<QuitChoice> {
    const question = quitQuestion(await this.#parts.facts());
    if (question === null) return 'quit';
    const { response } = await this.#parts.electron.dialog.showMessageBox({
      type: 'question',
      title: 'GuardIT',
      message: question.message,
      detail: question.detail,
      buttons: question.choices.map(({ label }) => label),
      defaultId: question.defaultIndex,
      cancelId: question.cancelIndex,
      noLink: true,
    });
    return question.choices[response]?.choice ?? 'stay';
  }

  async #follow(choice: QuitChoice): Promise<void> {
    switch (choice) {
      case 'stay':
        this.#isWaiting = false;
        return;
      case 'quit':
        return this.now();
      case 'cancel-runs':
        await this.#parts.cancelRuns();
        return this.now();
      case 'wait':
        if (!this.#isWaiting) void this.#whenIdle();
    }
  }

  /** Meanwhile the app works as ever; whoever asks to quit again may choose anew, and `stay` ends the waiting. */
  async #whenIdle(): Promise<void> {
    this.#isWaiting = true;
    try {
      await this.#parts.whenIdle();
      if (this.#isWaiting) await this.now();
    } catch {
      // The core can't be asked: nobody knows whether something runs, so nothing is ended.
      this.#isWaiting = false;
    }
  }
}
