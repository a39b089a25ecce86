import type { AlertView } from '../../../contracts/alerts.ts';
import { toInstant } from '../../../contracts/common/instant.ts';
import type { AlertRecord } from './ports.ts';

const TASK = 'task:';

/** An alert as the API and its events show it. */
export function alertView(alert: AlertRecord): AlertView {
  return {
    alert_id: alert.id,
    kind: alert.kind,
    severity: alert.severity,
    object: alert.object,
    task_id: taskIdOf(alert),
    message: alert.message,
    details: { ...alert.details },
    opened_at: toInstant(alert.openedAt.getTime()),
    resolved_at: alert.resolvedAt && toInstant(alert.resolvedAt.getTime()),
    acknowledged_at: alert.acknowledgedAt && toInstant(alert.acknowledgedAt.getTime()),
    acknowledged_by: alert.acknowledgedBy,
    acknowledged_note: alert.acknowledgedNote,
  };
}

export function taskObject(taskId: string): string {
  return `${TASK}${taskId}`;
}

/** The task that it is about, by its task_id; null where it is about something else. */
export function taskIdOf({ object }: Pick<AlertRecord, 'object'>): string | null {
  return object.startsWith(TASK) ? object.slice(TASK.length) : null;
}
