import { EventEmitter } from 'node:events';
import type { Display, Menu, Rectangle } from 'electron';
import type { AppPort, ElectronPort, IpcEvent, MenuEntry } from '../../main/shell/electron/electron-port.ts';
import type { NotificationPort, TrayPort } from '../../main/shell/electron/tray-ports.ts';
import type { WebContentsPort, WindowOptions, WindowPort } from '../../main/shell/electron/window-ports.ts';

/** Bottom right of FULL_HD, where Windows has its icons. */
export const ICON_PLACE: Rectangle = { x: 1700, y: 1044, width: 24, height: 36 };
export const FULL_HD: Rectangle = { x: 0, y: 0, width: 1920, height: 1040 };

export interface FakeElectronOptions {
  readonly userData: string;
  /** Another GuardIT of this person has the lock. */
  readonly isSecondInstance?: boolean;
  readonly displays?: readonly Rectangle[];
  /** Index of the button that a person presses in the next dialogs, in order; without one the dialog stays open. */
  readonly answers?: number[];
  readonly chosenFolder?: string | null;
  readonly canEncrypt?: boolean;
}

/**
 * What the shell asks of Electron, kept in memory, for tests to look at and to play the person with. That it fits the port is
 * checked by the compiler: a new call of the shell's does not compile until it is here.
 */
export class FakeElectron implements ElectronPort {
  readonly app: FakeApp;
  readonly windows: FakeWindow[] = [];
  readonly trays: FakeTray[] = [];
  readonly notifications: FakeNotification[] = [];
  readonly questions: Electron.MessageBoxOptions[] = [];
  readonly errorBoxes: string[] = [];
  readonly opened: string[] = [];
  readonly channels = new Map<string, (event: IpcEvent, ...given: unknown[]) => unknown>();
  readonly schemes: Electron.CustomScheme[] = [];
  readonly crashReports: Electron.CrashReporterStartOptions[] = [];
  appMenu: null | undefined;
  protocolHandler: ((request: Request) => Promise<Response> | Response) | null = null;
  readonly permissions: {
    request?: Parameters<ElectronPort['session']['defaultSession']['setPermissionRequestHandler']>[0];
    check?: Parameters<ElectronPort['session']['defaultSession']['setPermissionCheckHandler']>[0];
  } = {};
  readonly #answers: number[];

  constructor(options: FakeElectronOptions) {
    this.app = new FakeApp(options);
    this.#answers = [...(options.answers ?? [])];
    const { windows, trays, notifications, app } = this;
    this.BrowserWindow = class extends FakeWindow {
      constructor(given: WindowOptions) {
        super(given);
        windows.push(this);
        app.emit('web-contents-created', {}, this.webContents);
      }
    };
    this.Tray = class extends FakeTray {
      constructor(image: string) {
        super(image);
        trays.push(this);
      }
    };
    this.Notification = class extends FakeNotification {
      constructor(given: { title?: string; body?: string }) {
        super(given);
        notifications.push(this);
      }
    };
    this.dialog = {
      showErrorBox: (title, content) => void this.errorBoxes.push(`${title}: ${content}`),
      showMessageBox: (question) => {
        this.questions.push(question);
        const response = this.#answers.shift();
        return response === undefined ? new Promise(() => undefined) : Promise.resolve({ response });
      },
      showOpenDialog: async () => {
        const { chosenFolder = null } = options;
        return { canceled: chosenFolder === null, filePaths: chosenFolder === null ? [] : [chosenFolder] };
      },
    };
    const displays = (options.displays ?? [FULL_HD]).map((workArea) => ({ workArea }) as Display);
    this.screen = {
      getAllDisplays: () => displays,
      getDisplayMatching: () => displays[0] ?? ({ workArea: FULL_HD } as Display),
    };
    this.safeStorage = {
      isEncryptionAvailable: () => options.canEncrypt ?? true,
      // Turned around, so that a test sees whether something was written as it is.
      encryptString: (text) => Buffer.from([...text].reverse().join('')),
      decryptString: (bytes) => [...bytes.toString()].reverse().join(''),
    };
  }

  readonly BrowserWindow: ElectronPort['BrowserWindow'];
  readonly Tray: ElectronPort['Tray'];
  readonly Notification: ElectronPort['Notification'];
  readonly dialog: ElectronPort['dialog'];
  readonly screen: ElectronPort['screen'];
  readonly safeStorage: ElectronPort['safeStorage'];
  readonly powerMonitor: ElectronPort['powerMonitor'] & EventEmitter = new EventEmitter();
  readonly Menu: ElectronPort['Menu'] = {
    // To the shell a menu is a thing that trays take; tests look at what it was made of.
    buildFromTemplate: (template) => ({ items: template }) as unknown as Menu,
    setApplicationMenu: (menu) => void (this.appMenu = menu),
  };
  readonly shell: ElectronPort['shell'] = {
    openExternal: async (url) => void this.opened.push(url),
    showItemInFolder: (path) => void this.opened.push(path),
  };
  readonly ipcMain: ElectronPort['ipcMain'] = {
    handle: (channel, listener) => void this.channels.set(channel, listener),
  };
  readonly protocol: ElectronPort['protocol'] = {
    registerSchemesAsPrivileged: (schemes) => void this.schemes.push(...schemes),
    handle: (_scheme, handler) => void (this.protocolHandler = handler),
  };
  readonly crashReporter: ElectronPort['crashReporter'] = {
    start: (options) => void this.crashReports.push(options),
  };
  readonly session: ElectronPort['session'] = {
    defaultSession: {
      setPermissionRequestHandler: (handler) => void (this.permissions.request = handler),
      setPermissionCheckHandler: (handler) => void (this.permissions.check = handler),
    },
  };

  get tray(): FakeTray {
    const [tray] = this.trays;
    if (!tray) throw new Error('The shell has made no tray.');
    return tray;
  }

  /** The bridge's call, as a page at `url` makes it; a frame inside of a page has a parent. */
  async call(name: string, given: readonly unknown[] = [], url = 'app://guardit/', parent: unknown = null) {
    const handle = this.channels.get(`guardit:${name}`);
    if (!handle) throw new Error(`Nobody answers ${name}.`);
    return (await handle({ senderFrame: { url, parent } }, ...given)) as {
      ok: boolean;
      value?: unknown;
      message?: string;
    };
  }

  /** What a page gets that loads an address. */
  async load(url: string, init?: RequestInit): Promise<Response> {
    if (!this.protocolHandler) throw new Error('The shell serves no scheme.');
    return this.protocolHandler(new Request(url, init));
  }
}

class FakeApp extends EventEmitter implements AppPort {
  readonly isPackaged = false;
  readonly isSecondInstance: boolean;
  readonly userData: string;
  readonly exits: number[] = [];
  appUserModelId = '';
  isSandboxed = false;
  quits = 0;
  loginItem = false;
  loginArgs: readonly string[] = [];

  constructor({ userData, isSecondInstance = false }: FakeElectronOptions) {
    super();
    this.userData = userData;
    this.isSecondInstance = isSecondInstance;
  }

  enableSandbox(): void {
    this.isSandboxed = true;
  }
  exit(code = 0): void {
    this.exits.push(code);
  }
  getAppPath(): string {
    return '/nowhere';
  }
  getLoginItemSettings(): Electron.LoginItemSettings {
    const rest = { wasOpenedAtLogin: false, status: 'enabled' as const, launchItems: [], wasOpenedAsHidden: false };
    return { ...rest, openAtLogin: this.loginItem, executableWillLaunchAtLogin: this.loginItem };
  }
  getPath(): string {
    return this.userData;
  }
  getVersion(): string {
    return '0.0.0-test';
  }
  /** As Electron does it: whoever listens may keep it from happening. */
  quit(): void {
    let isKept = false;
    this.emit('before-quit', { preventDefault: () => (isKept = true) });
    if (!isKept) this.quits++;
  }
  requestSingleInstanceLock(): boolean {
    return !this.isSecondInstance;
  }
  setAppUserModelId(id: string): void {
    this.appUserModelId = id;
  }
  setLoginItemSettings({ openAtLogin = false, args = [] }: Electron.Settings): void {
    this.loginItem = openAtLogin;
    this.loginArgs = args;
  }
  async whenReady(): Promise<void> {}
}

export class FakeTray extends EventEmitter implements TrayPort {
  readonly images: string[];
  readonly tooltips: string[] = [];
  menu: readonly MenuEntry[] = [];
  isDestroyed = false;

  constructor(image: string) {
    super();
    this.images = [image];
  }

  /** What it shows now: `ok` of `/icons/tray-ok.ico`. */
  get icon(): string {
    return /tray-([a-z]+)[.]/.exec(this.images.at(-1) ?? '')?.[1] ?? '';
  }
  get tooltip(): string {
    return this.tooltips.at(-1) ?? '';
  }
  setImage(image: string): void {
    this.images.push(image);
  }
  setToolTip(text: string): void {
    this.tooltips.push(text);
  }
  setContextMenu(menu: Menu | null): void {
    this.menu = entriesOf(menu);
  }
  popUpContextMenu(menu?: Menu): void {
    this.menu = entriesOf(menu ?? null);
  }
  getBounds(): Rectangle {
    return ICON_PLACE;
  }
  destroy(): void {
    this.isDestroyed = true;
  }
  click(): void {
    this.emit('click', {}, ICON_PLACE);
  }
  /** Opens the menu and chooses an entry by its label, through submenus. */
  choose(...labels: readonly string[]): void {
    this.emit('right-click', {}, ICON_PLACE);
    let entries = this.menu;
    let entry: MenuEntry | undefined;
    for (const label of labels) {
      entry = entries.find((candidate) => candidate.label?.startsWith(label));
      if (!entry || entry.enabled === false) throw new Error(`The menu has no "${label}" to choose.`);
      entries = entry.submenu ?? [];
    }
    entry?.click?.();
  }
}

function entriesOf(menu: Menu | null): readonly MenuEntry[] {
  return (menu?.items ?? []) as unknown as readonly MenuEntry[];
}

export class FakeNotification extends EventEmitter implements NotificationPort {
  static isSupported(): boolean {
    return true;
  }
  readonly title: string;
  readonly body: string;
  isShown = false;

  constructor({ title = '', body = '' }: { title?: string; body?: string }) {
    super();
    this.title = title;
    this.body = body;
  }
  show(): void {
    this.isShown = true;
  }
  close(): void {
    this.isShown = false;
    this.emit('close');
  }
}

export class FakeWebContents extends EventEmitter implements WebContentsPort {
  readonly sent: { readonly channel: string; readonly value: unknown }[] = [];
  openHandler: ((details: { url: string }) => { action: 'deny' }) | null = null;

  send(channel: string, value: unknown): void {
    this.sent.push({ channel, value });
  }
  setWindowOpenHandler(handler: (details: { url: string }) => { action: 'deny' }): void {
    this.openHandler = handler;
  }
  /** A page wants to go somewhere. Whether it may. */
  navigate(url: string, event: 'will-navigate' | 'will-redirect' | 'will-frame-navigate' = 'will-navigate'): boolean {
    let isAllowed = true;
    this.emit(event, { url, preventDefault: () => (isAllowed = false) });
    return isAllowed;
  }
}

export class FakeWindow extends EventEmitter implements WindowPort {
  readonly options: WindowOptions;
  readonly webContents = new FakeWebContents();
  readonly urls: string[] = [];
  bounds: Rectangle;
  #isVisible = false;
  #isDestroyed = false;
  #isMaximized = false;
  isMinimizedNow = false;

  constructor(options: WindowOptions) {
    super();
    this.options = options;
    this.bounds = { x: options.x ?? 0, y: options.y ?? 0, width: options.width ?? 0, height: options.height ?? 0 };
  }

  async loadURL(url: string): Promise<void> {
    this.urls.push(url);
    if (this.urls.length === 1) this.emit('ready-to-show');
  }
  /** A person closes it. Whether it closed. */
  close(): boolean {
    let isKept = false;
    this.emit('close', { preventDefault: () => (isKept = true) });
    if (!isKept) this.destroy();
    return !isKept;
  }
  destroy(): void {
    this.#isDestroyed = true;
    this.#isVisible = false;
    this.emit('closed');
  }
  focus(): void {
    this.emit('focus');
  }
  getNormalBounds(): Rectangle {
    return this.bounds;
  }
  hide(): void {
    this.#isVisible = false;
  }
  isDestroyed(): boolean {
    return this.#isDestroyed;
  }
  isMaximized(): boolean {
    return this.#isMaximized;
  }
  isMinimized(): boolean {
    return this.isMinimizedNow;
  }
  isVisible(): boolean {
    return this.#isVisible;
  }
  maximize(): void {
    this.#isMaximized = true;
  }
  restore(): void {
    this.isMinimizedNow = false;
  }
  setBounds(bounds: Partial<Rectangle>): void {
    this.bounds = { ...this.bounds, ...bounds };
  }
  show(): void {
    this.#isVisible = true;
  }
}
