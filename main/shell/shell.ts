import { join } from 'node:path';
import type { ShellState, ShellStateChannel } from '../../contracts/shell-bridge.ts';
import { cancelAllRuns, pauseAll, resumeAll, runTask, whenIdle } from './core/core-orders.ts';
import { fetchActiveRuns } from './core/core-view.ts';
import { CoreSession, type SessionTiming } from './core/core-session.ts';
import { LoginStore } from './core/login-store.ts';
import type { ElectronPort } from './electron/electron-port.ts';
import { serveCalls } from './ipc/serve-calls.ts';
import { shellHandlers } from './ipc/shell-handlers.ts';
import { opensAtLogin, setOpenAtLogin } from './lifecycle/login-item.ts';
import { Quit } from './lifecycle/quit.ts';
import { serveAppScheme } from './protocol/app-protocol.ts';
import { Toasts } from './toasts/toasts.ts';
import { appIconPath } from './tray/icon-files.ts';
import { TrayIconView } from './tray/tray-icon.ts';
import type { MenuOrders } from './tray/tray-menu.ts';
import { trayStateOf, type TrayState } from './tray/tray-state.ts';
import type { UpdaterPort } from './updates/updater-port.ts';
import { Updates } from './updates/updates.ts';
import { MainWindow } from './windows/main-window.ts';
import { Popover } from './windows/popover.ts';
import type { ServiceOptions } from '../host/index.ts';

export interface ShellParts {
  readonly electron: ElectronPort;
  readonly updater: UpdaterPort | null;
  readonly env: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
  readonly service: ServiceOptions;
  readonly folders: ShellFolders;
  readonly timing?: SessionTiming;
  readonly now: () => Date;
}

/** Absolute paths. */
export interface ShellFolders {
  readonly icons: string;
  readonly renderer: string;
  readonly preloadFile: string;
  /** This person's own settings of the app. */
  readonly userData: string;
}

/** Times grow old without an event: "next 14:00", "5 min left". */
const CLOCK_MS = 20_000;
const STATE_CHANNEL: ShellStateChannel = 'guardit:shell-state';

/** The desktop app once Electron is ready: tray, windows, toasts, all drawn from one session with the core. */
export class Shell {
  readonly #parts: ShellParts;
  readonly #session: CoreSession;
  readonly #window: MainWindow;
  readonly #popover: Popover;
  readonly #tray: TrayIconView;
  readonly #toasts: Toasts;
  readonly #updates: Updates;
  readonly #quit: Quit;
  readonly #clock: NodeJS.Timeout;
  #trayState: TrayState;
  #told = '';

  constructor(parts: ShellParts) {
    this.#parts = parts;
    const { electron, folders, platform, now } = parts;
    const logins = new LoginStore(join(folders.userData, 'login.bin'), electron.safeStorage);
    const { service, env, timing } = parts;
    this.#session = new CoreSession({
      ...{ service, env, logins, onChange: () => this.#changed() },
      ...(timing ? { timing } : {}),
    });
    this.#trayState = trayStateOf(this.#session.connection, null, now());
    const iconPath = appIconPath(folders.icons, platform);
    this.#window = new MainWindow({
      electron,
      preloadPath: folders.preloadFile,
      iconPath,
      statePath: join(folders.userData, 'window-state.json'),
      // Nobody is asked any more: what is hosted here ends in good order, as far as the time allows.
      onSessionEnd: () => void this.#quit.now(),
    });
    this.#popover = new Popover({ electron, preloadPath: folders.preloadFile, nowMs: () => performance.now() });
    this.#toasts = new Toasts({ electron, icon: iconPath, open: (route) => this.open(route) });
    this.#updates = new Updates({
      updater: parts.updater,
      onChange: () => this.#tellPages(),
      // Scripts that report as well: an installer stops the service that they talk to.
      running: async () => [...(await this.#activeRuns()), ...this.#trayState.running.map(({ name }) => name)],
      prepare: () => this.#quit.prepare(),
    });
    this.#quit = new Quit({
      electron,
      facts: async () => ({
        connection: this.#session.connection,
        running: await this.#activeRuns(),
        scheduledCount: this.#session.view?.scheduler.next.length ?? 0,
      }),
      cancelRuns: () => cancelAllRuns(this.#session.client),
      whenIdle: async () => void (await whenIdle(this.#session.client)),
      shutDown: () => this.#shutDown(),
    });
    this.#tray = new TrayIconView(
      {
        ...{ electron, platform, now, iconFolder: folders.icons, orders: this.#orders() },
        onClick: (bounds) => this.#popover.toggle(bounds),
      },
      this.#trayState,
    );
    this.#clock = setInterval(() => this.#changed(), CLOCK_MS);
    this.#clock.unref();
    this.#serve();
  }

  /** Looks for the core. */
  start(): void {
    this.#session.start();
  }

  /** Shows the main window, at a page of it. */
  open(route?: string): void {
    this.#window.open(route);
  }

  /** Ends without a question what is hosted here, and then the app. */
  endNow(): Promise<void> {
    return this.#quit.now();
  }

  #serve(): void {
    const { electron, folders, platform } = this.#parts;
    serveAppScheme(electron, { rendererFolder: folders.renderer, session: this.#session });
    serveCalls(
      electron,
      shellHandlers({
        electron,
        state: () => this.#state(),
        open: (route) => this.open(route),
        hidePopover: () => this.#popover.hide(),
        runTask: (taskId) => runTask(this.#session.client, taskId),
        pause: (length) => pauseAll(this.#session.client, length, this.#parts.now()),
        resume: () => resumeAll(this.#session.client),
        setOpenAtLogin: (isWanted) => {
          setOpenAtLogin(electron, isWanted, platform);
          this.#tellPages();
        },
        checkForUpdates: () => this.#updates.check(),
        installUpdate: () => this.#updates.install(),
        quit: () => void this.#quit.ask(),
      }),
    );
    electron.powerMonitor.on('resume', () => this.#session.refresh());
    electron.powerMonitor.on('shutdown', () => void this.#quit.now());
  }

  #orders(): MenuOrders {
    const order = (work: () => Promise<unknown>) => void work().catch((error: unknown) => this.#complain(error));
    return {
      open: (route) => this.open(route),
      runTask: (taskId) => order(() => runTask(this.#session.client, taskId)),
      pause: (length) => order(() => pauseAll(this.#session.client, length, this.#parts.now())),
      resume: () => order(() => resumeAll(this.#session.client)),
      quit: () => void this.#quit.ask(),
    };
  }

  /** An order from the menu has no page that could show what went wrong. */
  #complain(error: unknown): void {
    this.#parts.electron.dialog.showErrorBox('GuardIT', error instanceof Error ? error.message : String(error));
  }

  /** Names of the runs that have not ended, asked for now: what was shown may be half a second old. */
  async #activeRuns(): Promise<string[]> {
    const client = this.#session.clientOrNull;
    const runs = client && this.#session.view ? await fetchActiveRuns(client) : [];
    return runs.map(({ task_name }) => task_name);
  }

  #changed(): void {
    const { connection, view } = this.#session;
    this.#trayState = trayStateOf(connection, view, this.#parts.now());
    this.#tray.show(this.#trayState);
    if (view && this.#trayState.icon !== 'disconnected') this.#toasts.tell(this.#trayState, view);
    this.#tellPages();
  }

  #state(): ShellState {
    const { electron, platform } = this.#parts;
    return {
      version: electron.app.getVersion(),
      platform: platform === 'win32' || platform === 'darwin' ? platform : 'linux',
      connection: this.#session.connection,
      icon: this.#trayState.icon,
      summary: this.#trayState.tooltip,
      openAtLogin: opensAtLogin(electron),
      update: this.#updates.state,
    };
  }

  #tellPages(): void {
    const state = this.#state();
    const text = JSON.stringify(state);
    if (text === this.#told) return;
    this.#told = text;
    for (const { window } of [this.#window, this.#popover]) {
      if (window && !window.isDestroyed()) window.webContents.send(STATE_CHANNEL, state);
    }
  }

  async #shutDown(): Promise<void> {
    clearInterval(this.#clock);
    this.#window.allowClose();
    this.#popover.destroy();
    await this.#session.stop();
    this.#tray.destroy();
  }
}
