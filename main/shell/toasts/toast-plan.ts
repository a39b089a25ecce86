import type { StatusRow } from '../../../contracts/task-attention.ts';
import { taskRoute } from '../tray/tray-menu.ts';

export interface Toast {
  /** A later toast with the same key takes its place. */
  readonly key: string;
  readonly title: string;
  readonly body: string;
  /** Where a click leads in the main window. */
  readonly route: string;
}

/** What has been told: of each task that needed somebody, which trouble it was. Null before anything was seen. */
export type Told = ReadonlyMap<string, Trouble> | null;

export interface Trouble {
  readonly level: 'wrong' | 'warning';
  /** The same trouble, seen again, has the same mark. */
  readonly mark: string;
}

export interface ToastPlan {
  readonly toasts: readonly Toast[];
  readonly told: ReadonlyMap<string, Trouble>;
}

/** More at once would bury the screen: then one for all. */
const MAX_SINGLE_TOASTS = 3;

/**
 * What is news in `attention`, compared with what was told before: each trouble of a task once, and once that it is over. What
 * was wrong already when the app started is summed up.
 */
export function planToasts(told: Told, attention: readonly StatusRow[], names: ReadonlyMap<string, string>): ToastPlan {
  const now = new Map(attention.flatMap((row): [string, Trouble][] => troubleOf(row)));
  if (told === null) return { toasts: summary(attention.filter(({ level }) => level === 'wrong')), told: now };
  const news = attention.filter(({ task_id: id }) => {
    const before = told.get(id);
    return now.get(id) !== undefined && before?.mark !== now.get(id)?.mark;
  });
  const toasts = news.length > MAX_SINGLE_TOASTS ? summary(news) : news.map(troubleToast);
  const mended = [...told].filter(([id, { level }]) => level === 'wrong' && !now.has(id) && names.has(id));
  const good = mended.slice(0, MAX_SINGLE_TOASTS).map(([id]) => mendedToast(id, names.get(id) ?? id));
  return { toasts: [...toasts, ...good], told: now };
}

function troubleOf({ task_id, level, state, since }: StatusRow): [string, Trouble][] {
  if (level !== 'wrong' && level !== 'warning') return [];
  // Of a task that waits for its next attempt the end is still open: no news yet.
  if (state === 'waits to retry' || state === 'cancelled') return [];
  return [[task_id, { level, mark: `${level} ${state} ${since ?? ''}` }]];
}

function troubleToast({ task_id: id, name, state, message }: StatusRow): Toast {
  const title = state === 'ok' ? `${name}: done with warnings` : `${name}: ${state}`;
  return { key: id, title: oneLine(title, 80), body: oneLine(message ?? '', 200), route: taskRoute(id) };
}

function mendedToast(id: string, name: string): Toast {
  return { key: id, title: oneLine(`${name} is well again`, 80), body: '', route: taskRoute(id) };
}

function summary(rows: readonly StatusRow[]): Toast[] {
  if (rows.length === 0) return [];
  const [first] = rows;
  if (rows.length === 1 && first) return [troubleToast(first)];
  const body = oneLine(rows.map(({ name }) => name).join(', '), 200);
  return [{ key: '', title: `${rows.length} tasks need you`, body, route: '/' }];
}

function oneLine(text: string, maxLength: number): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length <= maxLength ? line : `${line.slice(0, maxLength - 1)}…`;
}
