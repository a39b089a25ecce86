import type { UpdateState } from '../../../contracts/shell-bridge.ts';
import type { UpdaterPort } from './updater-port.ts';

export interface UpdateParts {
  /** Null: this build gets no updates by itself. */
  readonly updater: UpdaterPort | null;
  readonly onChange: (state: UpdateState) => void;
  /** Names of the jobs under way, wherever they run: the installer stops the service too. */
  readonly running: () => Promise<readonly string[]>;
  /** Ends the core in this process in good order. */
  readonly prepare: () => Promise<void>;
}

/** New versions: looked for when somebody asks, installed when somebody says so, and never during a job. */
export class Updates {
  readonly #parts: UpdateParts;
  #state: UpdateState;

  constructor(parts: UpdateParts) {
    this.#parts = parts;
    this.#state = parts.updater ? { kind: 'idle' } : { kind: 'unsupported' };
    if (parts.updater) this.#listen(parts.updater);
  }

  get state(): UpdateState {
    return this.#state;
  }

  async check(): Promise<void> {
    const { updater } = this.#parts;
    if (!updater) throw new Error('This GuardIT was not installed by its installer, and gets no updates by itself.');
    if (['checking', 'downloading', 'ready'].includes(this.#state.kind)) return;
    this.#set({ kind: 'checking' });
    try {
      await updater.checkForUpdates();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Restarts the app with the version that is ready. */
  async install(): Promise<void> {
    const { updater, running, prepare } = this.#parts;
    if (!updater || this.#state.kind !== 'ready') throw new Error('No update is ready. Check for updates first.');
    const [job, ...others] = await running();
    if (job !== undefined) {
      const more = others.length > 0 ? ` and ${others.length} more` : '';
      throw new Error(`${job}${more} runs. The update waits: install it when nothing runs.`);
    }
    await prepare();
    // Not silent: the person sees what happens. Started again afterwards.
    updater.quitAndInstall(false, true);
  }

  #listen(updater: UpdaterPort): void {
    updater.autoDownload = true;
    updater.autoInstallOnAppQuit = false;
    updater.allowDowngrade = false;
    let version = '';
    updater.on('update-available', (info) => {
      version = info.version;
      this.#set({ kind: 'downloading', version, percent: 0 });
    });
    updater.on('update-not-available', () => this.#set({ kind: 'up-to-date' }));
    updater.on('download-progress', ({ percent }) => {
      const rounded = Math.floor(percent);
      if (this.#state.kind === 'downloading' && this.#state.percent === rounded) return;
      this.#set({ kind: 'downloading', version, percent: rounded });
    });
    updater.on('update-downloaded', (info) => this.#set({ kind: 'ready', version: info.version }));
    updater.on('error', (error) => this.#fail(error));
  }

  #fail(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    this.#set({ kind: 'failed', problem: `The update could not be had: ${reason.split('\n')[0] ?? ''}` });
  }

  #set(state: UpdateState): void {
    this.#state = state;
    this.#parts.onChange(state);
  }
}
