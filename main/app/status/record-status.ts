import type { ReportStatus, StatusRecord } from '../../../contracts/status.ts';
import { toInstant } from '../../../contracts/common/instant.ts';
import type { TaskState } from '../../../contracts/tasks.ts';
import type { Caller } from '../access/caller.ts';
import type { Stores } from '../catalog/ports.ts';
import { AppError } from '../errors/app-error.ts';
import { numericIdOf } from '../tasks/task-id.ts';
import { requireVisible, taskNotRegistered } from '../tasks/task-rights.ts';
import { cancelOpenRun, followReport, type Followed } from './follow-report.ts';
import { followAgain } from './late-report.ts';
import type { Report, StatusHead, StoredReport, Track } from './ports.ts';
import type { StatusDeps } from './status-deps.ts';

/** How a report was delivered. */
export interface Delivery {
  /** The same for every try to deliver it: it is recorded once. */
  readonly attemptId?: string | undefined;
  /** When the script made it, where it could not be delivered at once. Never in the future, whatever that clock said. */
  readonly recordedAtMs?: number | undefined;
}

export interface Recorded {
  readonly record: StatusRecord;
  /** It had been delivered before. */
  readonly isRepeat: boolean;
}

/** What the write found and did. */
interface Outcome {
  readonly head: StatusHead;
  readonly stored: StoredReport;
  readonly isRepeat: boolean;
  /** Whether a run has begun or ended: progress is no news to the monitor. */
  readonly isNews: boolean;
}

const DAY_MS = 86_400_000;
/** Of a message, in an event: thousands of events are kept. */
const EVENT_MESSAGE_LENGTH = 1_000;

/**
 * Records what a script says of its task: one write of the catalog for the history, the current status, the run that it belongs
 * to, and the day's figures. Durable when it resolves.
 */
export async function recordStatus(
  deps: StatusDeps,
  caller: Caller,
  idText: string,
  input: ReportStatus,
  delivery: Delivery = {},
): Promise<Recorded> {
  const nowMs = deps.clock.now().getTime();
  const report: Report = {
    atMs: Math.min(delivery.recordedAtMs ?? nowMs, nowMs),
    status: input.status,
    message: input.message ?? null,
    progress: input.progress ?? null,
    data: input.data === undefined || input.data === null ? null : JSON.stringify(input.data),
  };
  const { head, stored, isRepeat, isNews } = await deps.catalog.write((stores) =>
    recordIn(deps, stores, { caller, idText, report, delivery, nowMs }),
  );
  const record = recordOf(head.taskId, stored);
  if (!isRepeat) tell(deps, caller, head, record, nowMs);
  if (isNews) deps.monitor.changed(head.id);
  return { record, isRepeat };
}

interface Recording {
  readonly caller: Caller;
  readonly idText: string;
  readonly report: Report;
  readonly delivery: Delivery;
  readonly nowMs: number;
}

async function recordIn(deps: StatusDeps, stores: Stores, recording: Recording): Promise<Outcome> {
  const { caller, idText, report, delivery, nowMs } = recording;
  const { attemptId } = delivery;
  const head = await findHead(stores, idText);
  if (!head) throw taskNotRegistered();
  requireReporter(caller, head);
  const known = attemptId === undefined ? null : await stores.statuses.findAttempt(head.id, attemptId);
  if (known) return { head, stored: known, isRepeat: true, isNews: false };
  if (!head.isActive && caller.kind !== 'run') throw new AppError('task_not_active', 'Task is not active');
  const id = await stores.statuses.addReport(head.id, report, attemptId ?? null);
  const track = await trackAfter(deps, stores, head, report, { delivery, nowMs });
  if (track) await stores.statuses.putTrack(head.id, track);
  if (report.atMs > (head.lastSeenMs ?? 0)) await stores.tasks.setLastSeen(head.id, new Date(report.atMs));
  if (track && head.action === null) await putState(stores, head, track);
  const before = head.track;
  const isNews = track !== null && (track.open?.id !== before?.open?.id || track.ended?.id !== before?.ended?.id);
  return { head, stored: { ...report, id }, isRepeat: false, isNews };
}

async function findHead(stores: Stores, idText: string): Promise<StatusHead | null> {
  const number = numericIdOf(idText);
  return (await stores.statuses.head(idText)) ?? (number === null ? null : stores.statuses.headById(number));
}

/** A run's token speaks for its own task, all others for the tasks that exist for them. */
function requireReporter(caller: Caller, head: StatusHead): void {
  if (caller.kind !== 'run') return requireVisible(caller, head);
  if (caller.taskId !== head.taskId) {
    throw new AppError('forbidden', 'The token of a run can only report on its own task.');
  }
}

async function trackAfter(
  deps: StatusDeps,
  stores: Stores,
  head: StatusHead,
  report: Report,
  { delivery, nowMs }: Pick<Recording, 'delivery' | 'nowMs'>,
): Promise<Track | null> {
  const { track, id: task, maxDurationMs, usual } = head;
  // A clock that was set back makes no report late: only those that were kept elsewhere are.
  const isLate = delivery.recordedAtMs !== undefined && track !== null && report.atMs < track.last.atMs;
  if (head.action !== null) {
    // GuardIT knows the runs of what it runs by itself: such reports are words only.
    if (track?.open) await cancelOpenRun(stores, track.open, nowMs);
    return isLate ? null : { last: report, open: null, ended: null };
  }
  const followed: Followed = { task, maxDurationMs, usual, timeZone: deps.timeZone };
  if (isLate) return followAgain(stores, followed, report.atMs, nowMs - deps.keepDays * DAY_MS);
  return followReport(stores, followed, track, report);
}

/** What the task is doing, or how its last run ended. */
async function putState(stores: Stores, head: StatusHead, { open, ended }: Track): Promise<void> {
  if (open) {
    if (open.id === head.track?.open?.id) return;
    return stores.tasks.setState(head.id, 'running', new Date(open.beganAtMs), new Date(open.beganAtMs));
  }
  if (!ended || ended.id === head.track?.ended?.id) return;
  const state: TaskState = ended.failed ? 'failed' : 'completed';
  // A run of which only the end was reported has begun, for all that is known, when it ended.
  const beganAt = head.track?.open?.id === ended.id ? undefined : new Date(ended.atMs);
  return stores.tasks.setState(head.id, state, new Date(ended.atMs), beganAt);
}

export function recordOf(taskId: string, report: StoredReport): StatusRecord {
  return {
    id: report.id,
    task_id: taskId,
    status: report.status,
    message: report.message,
    progress: report.progress,
    data: dataOf(report),
    timestamp: toInstant(report.atMs),
  };
}

export function dataOf({ data }: Report): unknown {
  return data === null ? null : (JSON.parse(data) as unknown);
}

function tell(deps: StatusDeps, caller: Caller, head: StatusHead, record: StatusRecord, nowMs: number): void {
  const { data: _, message, ...rest } = record;
  const shown =
    message !== null && message.length > EVENT_MESSAGE_LENGTH ? message.slice(0, EVENT_MESSAGE_LENGTH) : message;
  const run = caller.runId === undefined ? {} : { run_id: caller.runId };
  deps.events.publish('status.recorded', new Date(nowMs), { ...rest, message: shown, ...run }, { taskId: head.taskId });
}
