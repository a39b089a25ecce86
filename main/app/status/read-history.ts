import type { HistoryQuery, HistoryRangeQuery, StatusRecord } from '../../../contracts/status.ts';
import { toInstant } from '../../../contracts/common/instant.ts';
import type { Caller } from '../access/caller.ts';
import { AppError } from '../errors/app-error.ts';
import { WallClock } from '../schedule/wall-clock.ts';
import { requireTask } from '../tasks/task-deps.ts';
import { recordOf } from './record-status.ts';
import type { StatusDeps } from './status-deps.ts';

export interface HistoryPage {
  readonly task_id: string;
  readonly page: number;
  readonly limit: number;
  readonly total: number;
  readonly history: StatusRecord[];
}

interface Range {
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
}

/** What a task has reported, newest first. */
export async function readHistory(
  deps: StatusDeps,
  caller: Caller,
  idText: string,
  { page, limit }: HistoryQuery,
  range: Range = {},
): Promise<HistoryPage> {
  return deps.catalog.read(async (stores) => {
    const { id: task, taskId } = await requireTask(stores, caller, idText);
    const total = await stores.statuses.countHistory({ task, ...range });
    const offset = (page - 1) * limit;
    const reports = offset < total ? await stores.statuses.history({ task, ...range }, { limit, offset }) : [];
    return { task_id: taskId, page, limit, total, history: reports.map((report) => recordOf(taskId, report)) };
  });
}

export async function readHistoryRange(deps: StatusDeps, caller: Caller, idText: string, query: HistoryRangeQuery) {
  const range = rangeOf(query, deps.timeZone);
  const history = await readHistory(deps, caller, idText, query, range);
  const [start, end] = [range.fromMs, range.toMs].map((ms) => (ms === undefined ? null : toInstant(ms)));
  return { ...history, start: start ?? null, end: end ?? null };
}

function rangeOf({ start, end }: HistoryRangeQuery, timeZone: string): Range {
  const fromMs = start === undefined ? undefined : instantOf(start, timeZone, 0);
  const toMs = end === undefined ? undefined : instantOf(end, timeZone, 1);
  if (fromMs !== undefined && toMs !== undefined && fromMs > toMs) {
    throw new AppError('invalid_request', 'end: is before start', { field: 'end', code: 'before_start' });
  }
  return { fromMs, toMs };
}

const DAY_MS = 86_400_000;

/** A day alone is the instant at which it (0) or the next one (1) begins. */
function instantOf(text: string, timeZone: string, days: 0 | 1): number {
  const ms = Date.parse(text);
  return text.length === '2026-01-15'.length ? WallClock.of(timeZone).firstReaching(ms + days * DAY_MS) : ms;
}
