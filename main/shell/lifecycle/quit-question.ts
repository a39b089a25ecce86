import type { CoreConnection } from '../../../contracts/shell-bridge.ts';

export type QuitChoice = 'quit' | 'wait' | 'cancel-runs' | 'stay';

export interface QuitQuestion {
  readonly message: string;
  readonly detail: string;
  /** In the order of the buttons. */
  readonly choices: readonly { readonly label: string; readonly choice: QuitChoice }[];
  /** Of the choices: what Enter does, and what Escape does. */
  readonly defaultIndex: number;
  readonly cancelIndex: number;
}

export interface QuitFacts {
  readonly connection: CoreConnection;
  /** Names of the jobs under way. */
  readonly running: readonly string[];
  /** Tasks that start by themselves. */
  readonly scheduledCount: number;
}

const STAY = { label: 'Stay', choice: 'stay' } as const;
const QUIT = { label: 'Quit', choice: 'quit' } as const;

/** What a person should know before GuardIT goes away. Null: nothing is lost, quit at once. */
export function quitQuestion({ connection, running, scheduledCount }: QuitFacts): QuitQuestion | null {
  if (connection.kind === 'attached' || connection.kind === 'login-needed') {
    return {
      message: 'Quit GuardIT’s tray?',
      detail:
        'Backups and all other jobs go on: the GuardIT service runs them. Only the icon and its messages go away.',
      choices: [QUIT, STAY],
      defaultIndex: 0,
      cancelIndex: 1,
    };
  }
  if (connection.kind !== 'hosting') return null;
  if (running.length > 0) {
    return {
      message: running.length === 1 ? 'A job is running' : `${running.length} jobs are running`,
      detail: `${list(running)}\n\nThey run in this app, and end with it. A job that is cancelled keeps nothing of what it has not finished.`,
      choices: [
        { label: 'Wait, then quit', choice: 'wait' },
        { label: running.length === 1 ? 'Cancel it and quit' : 'Cancel them and quit', choice: 'cancel-runs' },
        STAY,
      ],
      defaultIndex: 0,
      cancelIndex: 2,
    };
  }
  if (scheduledCount === 0) return null;
  const tasks = scheduledCount === 1 ? 'One task is' : `${scheduledCount} tasks are`;
  return {
    message: 'Quit GuardIT?',
    detail: `${tasks} scheduled and will not start while GuardIT is closed: no service is installed that would go on.`,
    choices: [QUIT, STAY],
    defaultIndex: 1,
    cancelIndex: 1,
  };
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, 5).join('\n');
  return names.length > 5 ? `${shown}\nand ${names.length - 5} more` : shown;
}
