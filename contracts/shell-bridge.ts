/**
 * What the desktop app's pages can ask of the app around them: `window.guardit`. A page that runs in a browser has none of
 * this; everything else goes over the API, which the app serves at `app://guardit/` with the token added.
 */
import { z } from 'zod';
import { TaskId } from './task-id.ts';

/** The tray's icon, and the one word for how things are. From best to worst it is ok, running, paused, warning, error. */
export const TRAY_ICONS = ['ok', 'running', 'paused', 'warning', 'error', 'disconnected'] as const;
export type TrayIcon = (typeof TRAY_ICONS)[number];

/** Where GuardIT's core is. */
export type CoreConnection =
  /** Looked for, or started. */
  | { readonly kind: 'connecting' }
  /** In this app itself: its jobs end when the app quits. */
  | { readonly kind: 'hosting' }
  /** In a service that goes on without this app. */
  | { readonly kind: 'attached' }
  /** A service answers, but this account may not read its token: a person has to log in, as in a browser. */
  | { readonly kind: 'login-needed' }
  /** `problem` says why, and what to do. The app keeps trying. */
  | { readonly kind: 'disconnected'; readonly problem: string };

export type UpdateState =
  /** This build gets no updates by itself: it was not installed by an installer. */
  | { readonly kind: 'unsupported' }
  | { readonly kind: 'idle' }
  | { readonly kind: 'checking' }
  | { readonly kind: 'up-to-date' }
  | { readonly kind: 'downloading'; readonly version: string; readonly percent: number }
  /** `installUpdate` restarts the app with it. Nothing installs it unasked. */
  | { readonly kind: 'ready'; readonly version: string }
  | { readonly kind: 'failed'; readonly problem: string };

/** What the app knows that the API does not. */
export interface ShellState {
  readonly version: string;
  readonly platform: 'win32' | 'linux' | 'darwin';
  readonly connection: CoreConnection;
  readonly icon: TrayIcon;
  /** The tray's tooltip: one to three lines of text. */
  readonly summary: string;
  readonly openAtLogin: boolean;
  readonly update: UpdateState;
}

/** A page of the interface, as it stands after the `#` of its address. */
export const ShellRoute = z
  .string()
  .regex(/^\/(?!\/)[\w\-./~%?=&:]{0,2000}$/, 'must be a route such as /tasks/prod-01-db');

export const PAUSE_LENGTHS = ['one-hour', 'until-tomorrow', 'until-resumed'] as const;
export type PauseLength = (typeof PAUSE_LENGTHS)[number];

/** A whole path. `showItemInFolder` opens the system's own file manager there, and nothing else. */
const Path = z
  .string()
  .min(1)
  .max(32_767)
  .refine((text) => !text.includes('\0'), 'must not have a NUL in it');

const FolderQuestion = z.strictObject({ title: z.string().max(200).optional(), defaultPath: Path.optional() });

/** Every call by its name: the one list that the pages, the bridge and the app share. */
export interface ShellCalls {
  getShellState(): ShellState;
  /** Shows the main window, at a page of it. */
  openMainWindow(route?: string): void;
  hidePopover(): void;
  runTask(taskId: string): { readonly runId: string };
  pauseAll(length: PauseLength): void;
  resumeAll(): void;
  /** Null when the person changed their mind. */
  chooseFolder(question?: { readonly title?: string; readonly defaultPath?: string }): string | null;
  showItemInFolder(path: string): void;
  /** In the system's browser; https only. */
  openExternal(url: string): void;
  setOpenAtLogin(isWanted: boolean): void;
  checkForUpdates(): void;
  /** Refused while a job runs. */
  installUpdate(): void;
  quit(): void;
}
export type ShellCallName = keyof ShellCalls;

/** What the app checks the arguments with, whatever the page's types said. */
export const SHELL_ARGUMENTS = {
  getShellState: z.tuple([]),
  openMainWindow: z.tuple([ShellRoute.optional()]),
  hidePopover: z.tuple([]),
  runTask: z.tuple([TaskId]),
  pauseAll: z.tuple([z.enum(PAUSE_LENGTHS)]),
  resumeAll: z.tuple([]),
  chooseFolder: z.tuple([FolderQuestion.optional()]),
  showItemInFolder: z.tuple([Path]),
  openExternal: z.tuple([z.url({ protocol: /^https$/ }).max(2048)]),
  setOpenAtLogin: z.tuple([z.boolean()]),
  checkForUpdates: z.tuple([]),
  installUpdate: z.tuple([]),
  quit: z.tuple([]),
} as const satisfies { readonly [Name in ShellCallName]: z.ZodType<Parameters<ShellCalls[Name]>> };

/** How an answer crosses from the app to a page: a failure keeps its sentence and loses its stack. */
export type ShellAnswer<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly message: string };

/** The channel of a call, and the one on which the app tells its state. */
export type ShellChannel = `guardit:${ShellCallName}`;
export type ShellStateChannel = 'guardit:shell-state';

/** `window.guardit`. Calls reject with an Error whose message is for a person. */
export type ShellBridge = {
  readonly [Name in ShellCallName]: (
    ...given: Parameters<ShellCalls[Name]>
  ) => Promise<Awaited<ReturnType<ShellCalls[Name]>>>;
} & {
  /** Calls back at every change, with the whole state; the returned function ends that. */
  readonly onShellState: (listener: (state: ShellState) => void) => () => void;
};
