import { TRAY_ICONS, type CoreConnection, type TrayIcon } from '../../../contracts/shell-bridge.ts';
import { statusRows, type StatusRow } from '../../../contracts/task-attention.ts';
import type { CoreView } from '../core/core-view.ts';
import { tooltipOf } from './tooltip.ts';
import { workOf, type Work } from './work.ts';

/** Everything that the tray shows. */
export interface TrayState {
  readonly icon: TrayIcon;
  /** At most 127 characters (Windows cuts the rest off). */
  readonly tooltip: string;
  readonly running: readonly Work[];
  /** Tasks that need somebody: what is wrong first. */
  readonly attention: readonly StatusRow[];
  /** Tasks that can be run on request right now. */
  readonly runnable: readonly { readonly taskId: string; readonly name: string }[];
  /** Null: not paused. */
  readonly pausedUntil: string | null;
}

/**
 * The tray from what is so now and from nothing else: `view` is null while the core can't be asked, and what it said before
 * does not count then.
 */
export function trayStateOf(connection: CoreConnection, view: CoreView | null, now: Date): TrayState {
  if (view === null || !isConnected(connection)) {
    const tooltip = tooltipOf({ headline: headlineWithout(connection), running: [], next: null, now });
    return { icon: 'disconnected', tooltip, running: [], attention: [], runnable: [], pausedUntil: null };
  }
  const rows = statusRows(view.tasks, view.statuses, view.lastRuns);
  const attention = rows.filter(({ level }) => level === 'wrong' || level === 'warning');
  const running = workOf(view, now);
  const pausedUntil = view.scheduler.paused_until;
  return {
    icon: worst([...rows.map(iconOf), healthIcon(view), running.length > 0 ? 'running' : 'ok', pauseIcon(view)]),
    tooltip: tooltipOf({
      headline: headline(rows, view),
      running,
      next: pausedUntil === null ? nextStart(view) : null,
      now,
    }),
    running,
    attention,
    runnable: view.tasks
      .filter((task) => 'config' in task && task.is_active && !running.some(({ taskId }) => taskId === task.task_id))
      .map(({ task_id: taskId, display_name: name }) => ({ taskId, name })),
    pausedUntil,
  };
}

function isConnected({ kind }: CoreConnection): boolean {
  return kind === 'hosting' || kind === 'attached';
}

function iconOf({ level, state }: StatusRow): TrayIcon {
  if (level === 'wrong') return 'error';
  if (level === 'warning') return 'warning';
  return state === 'running' ? 'running' : 'ok';
}

function healthIcon({ health }: CoreView): TrayIcon {
  return health.status === 'failing' ? 'error' : health.status === 'degraded' ? 'warning' : 'ok';
}

function pauseIcon({ scheduler }: CoreView): TrayIcon {
  return scheduler.state === 'paused' ? 'paused' : 'ok';
}

/** TRAY_ICONS goes from best to worst. */
function worst(icons: readonly TrayIcon[]): TrayIcon {
  return TRAY_ICONS[Math.max(0, ...icons.map((icon) => TRAY_ICONS.indexOf(icon)))] ?? 'ok';
}

function headline(rows: readonly StatusRow[], { health, scheduler }: CoreView): string {
  const needed = rows.filter(({ level }) => level === 'wrong').length;
  const warned = rows.filter(({ level }) => level === 'warning').length;
  const pause = scheduler.state === 'paused' ? ', schedules paused' : '';
  if (needed > 0) return `${plural(needed, 'task needs', 'tasks need')} you${pause}`;
  if (health.status !== 'ok') return `GuardIT itself needs you${pause}`;
  if (warned > 0) return `${plural(warned, 'task has', 'tasks have')} a warning${pause}`;
  if (rows.length === 0) return `No tasks yet${pause}`;
  const active = rows.filter(({ level }) => level !== 'inactive').length;
  return `${active === 1 ? 'The task is' : `All ${active} tasks are`} well${pause}`;
}

function headlineWithout(connection: CoreConnection): string {
  switch (connection.kind) {
    case 'login-needed':
      return 'Log in to see how things are';
    case 'disconnected':
      return `Reconnecting. ${connection.problem}`;
    default:
      return 'Connecting…';
  }
}

function nextStart({ scheduler, tasks }: CoreView): { name: string; at: Date } | null {
  const [first] = scheduler.next;
  if (!first) return null;
  const name = tasks.find(({ task_id }) => task_id === first.task_id)?.display_name ?? first.task_id;
  return { name, at: new Date(first.due_at) };
}

function plural(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
