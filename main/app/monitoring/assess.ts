import type { Monitoring } from '../../../contracts/status.ts';
import { toInstant } from '../../../contracts/common/instant.ts';
import { paceOf } from '../status/usual-duration.ts';
import { DEFAULT_GRACE_MINUTES } from './expectation.ts';
import type { WatchKind, WatchedTask } from './ports.ts';

/** How a task is, and what should be told about it. */
export interface Assessment {
  readonly state: Monitoring['state'];
  readonly since: Date | null;
  readonly expectedAt: Date | null;
  readonly usualMs: number | null;
  readonly warning: string | null;
  /** What is amiss, in words for people. */
  readonly alerts: ReadonlyMap<WatchKind, string>;
}

/** `expectedAt` is when the next run should begin; null when none is expected. */
export function assess(task: WatchedTask, expectedAt: Date | null, now: Date): Assessment {
  const alerts = new Map<WatchKind, string>();
  if (!task.isMonitored) return assessAction(task, alerts);
  const { usual, track } = task;
  const warning = task.isActive ? addAlerts(task, expectedAt, now, alerts) : null;
  const common = { expectedAt, usualMs: usual?.medianMs ?? null, warning, alerts };
  if (alerts.has('stuck') && track?.open) {
    return { state: 'stuck', since: new Date(track.open.beganAtMs + (maxMsOf(task) ?? 0)), ...common };
  }
  if (alerts.has('overdue') && expectedAt) return { state: 'overdue', since: expectedAt, ...common };
  if (track?.open) return { state: 'running', since: new Date(track.open.beganAtMs), ...common };
  if (track?.ended) {
    return { state: track.ended.failed ? 'failed' : 'ok', since: new Date(track.ended.atMs), ...common };
  }
  return { state: 'unknown', since: null, ...common };
}

export function monitoringView({ state, since, expectedAt, usualMs, warning }: Assessment): Monitoring {
  return {
    state,
    since: since && toInstant(since.getTime()),
    expected_at: expectedAt && toInstant(expectedAt.getTime()),
    usual_duration_seconds: usualMs === null ? null : usualMs / 1000,
    warning,
  };
}

/** GuardIT's own scheduler sees to these: only how they are is shown. */
function assessAction({ state, stateChangedAt }: WatchedTask, alerts: Map<WatchKind, string>): Assessment {
  const shown = ({ running: 'running', completed: 'ok', failed: 'failed' } as const)[state];
  const since = shown ? stateChangedAt : null;
  return { state: shown ?? 'unknown', since, expectedAt: null, usualMs: null, warning: null, alerts };
}

/** Returns the warning that the task shows, the first of them. */
function addAlerts(
  task: WatchedTask,
  expectedAt: Date | null,
  now: Date,
  alerts: Map<WatchKind, string>,
): string | null {
  const { displayName, track, usual } = task;
  const nowMs = now.getTime();
  const graceMs = (task.graceMinutes ?? DEFAULT_GRACE_MINUTES) * 60_000;
  if (expectedAt && expectedAt.getTime() + graceMs <= nowMs) {
    alerts.set('overdue', `${displayName} was expected at ${toInstant(expectedAt.getTime())} and has not begun since.`);
  }
  const { open = null, ended = null } = track ?? {};
  const maxMs = maxMsOf(task);
  if (open) {
    const tookMs = nowMs - open.beganAtMs;
    if (maxMs !== null && tookMs > maxMs) {
      alerts.set(
        'stuck',
        `${displayName} has been running for ${words(tookMs)}, longer than the ${words(maxMs)} it may take.`,
      );
    } else if (usual && paceOf(tookMs, usual) === 'longer') {
      alerts.set(
        'long_running',
        `${displayName} has been running for ${words(tookMs)}; usually it takes ${words(usual.medianMs)}.`,
      );
    }
  }
  // Also while the next run is under way: only its end says better.
  if (ended?.failed) alerts.set('failed', failureOf(task));
  if (ended && !ended.failed && ended.pace) {
    const usually = usual ? ` (usually ${words(usual.medianMs)})` : '';
    alerts.set('unusual_duration', `${displayName} succeeded, but took much ${ended.pace} than usual${usually}.`);
  }
  return alerts.get('long_running') ?? alerts.get('unusual_duration') ?? null;
}

function failureOf({ displayName, track }: WatchedTask): string {
  const message = track?.open ? null : track?.last.message;
  return `${displayName} failed${message ? `: ${message.slice(0, 500)}` : '.'}`;
}

function maxMsOf({ maxDurationMinutes }: WatchedTask): number | null {
  return maxDurationMinutes === null ? null : maxDurationMinutes * 60_000;
}

/** `95 s`, `12 min`, `3 h 5 min` */
function words(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  const rest = minutes % 60;
  return `${Math.floor(minutes / 60)} h${rest === 0 ? '' : ` ${rest} min`}`;
}
