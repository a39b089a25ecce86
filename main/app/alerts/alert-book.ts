import type { Stores } from '../catalog/ports.ts';
import type { EventBus } from '../events/event-bus.ts';
import { alertView, taskIdOf } from './alert-view.ts';
import { wantsAlert } from './channel-rules.ts';
import type { AlertRecord, Concern } from './ports.ts';

type AlertStores = Pick<Stores, 'alerts' | 'channels' | 'deliveries'>;

export interface AlertChange {
  readonly what: 'opened' | 'changed' | 'resolved' | 'acknowledged';
  readonly alert: AlertRecord;
}

/** What an alert about a task needs beside the concern. */
export interface AboutTask {
  /** The task's number. */
  readonly task?: number | null;
}

/**
 * Within a write: opens an alert, and stores the messages about it, so that a crash loses none. Null: one of that kind is open for
 * the object already.
 */
export async function openAlert(
  stores: AlertStores,
  concern: Concern & AboutTask,
  now: Date,
): Promise<AlertChange | null> {
  const alert = await stores.alerts.insert({
    kind: concern.kind,
    severity: concern.severity,
    object: concern.object,
    task: concern.task ?? null,
    message: concern.message,
    details: concern.details ?? {},
    openedAt: now,
    resolvedAt: null,
    acknowledgedAt: null,
    acknowledgedBy: null,
    acknowledgedNote: null,
  });
  if (!alert) return null;
  await queueMessages(stores, alert, 'opened', now);
  return { what: 'opened', alert };
}

/** Within a write: what was amiss is gone. */
export async function resolveAlert(stores: AlertStores, alert: AlertRecord, now: Date): Promise<AlertChange> {
  const resolved = { ...alert, resolvedAt: now };
  await stores.alerts.update(resolved);
  await queueMessages(stores, resolved, 'resolved', now);
  return { what: 'resolved', alert: resolved };
}

/** Within a write: it is still amiss, in other words. Nobody is told again. */
export async function rewordAlert(stores: AlertStores, alert: AlertRecord, concern: Concern): Promise<AlertChange> {
  const { message, severity, details = {} } = concern;
  const changed = { ...alert, message, severity, details };
  await stores.alerts.update(changed);
  return { what: 'changed', alert: changed };
}

/** After the write that made the changes. */
export function announceAlerts(events: Pick<EventBus, 'publish'>, changes: readonly AlertChange[], now: Date): void {
  for (const { what, alert } of changes) {
    const taskId = taskIdOf(alert);
    events.publish(`alert.${what}`, now, alertView(alert), taskId === null ? null : { taskId });
  }
}

async function queueMessages(
  stores: AlertStores,
  alert: AlertRecord,
  what: 'opened' | 'resolved',
  now: Date,
): Promise<void> {
  for (const channel of await stores.channels.list()) {
    if (!wantsAlert(channel, alert, what)) continue;
    await stores.deliveries.insert({
      channel: channel.id,
      alert: alert.id,
      what,
      state: 'pending',
      attempts: 0,
      problem: null,
      createdAt: now,
      nextAttemptAt: now,
      sentAt: null,
    });
  }
}
