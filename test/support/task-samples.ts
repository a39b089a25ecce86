import type { TaskId } from '../../contracts/task-id.ts';
import type { NewTask } from '../../main/app/tasks/task.ts';

/** A task as a store takes it, with something in every field that can hold something. */
export function sampleTask({
  taskId = 'sample',
  maker = 'user:1',
  assignee = null,
  withAction = false,
}: {
  taskId?: string;
  /** Kind and id, as TaskPerson.ref. */
  maker?: string;
  assignee?: string | null;
  withAction?: boolean;
} = {}): NewTask {
  const at = (minute: number) => new Date(Date.UTC(2026, 0, 15, 12, minute));
  return {
    taskId: taskId as TaskId,
    displayName: 'A sample',
    description: 'It has two\nlines.',
    taskType: 'database',
    serverId: 'server-1',
    isActive: true,
    lastSeenAt: at(1),
    createdAt: at(2),
    updatedAt: at(3),
    createdBy: { ref: maker, name: 'Maker' },
    assignedTo: assignee === null ? null : { ref: assignee, name: 'Assignee' },
    expectedSchedule: withAction ? null : 'daily at 2:00',
    timeZone: 'Europe/Berlin',
    graceMinutes: 10,
    maxDurationMinutes: 60,
    state: 'completed',
    stateChangedAt: at(4),
    lastRunAt: at(5),
    priority: 'high',
    managedBy: null,
    action: withAction
      ? {
          type: 'script',
          config: { command: 'node', env: { NOTE: 'ünïcode \u0000 \ud83d\ude00' } },
          schedule: 'every 2 hours',
          dependencies: [],
          maxRetries: 2,
          timeoutMs: 1_000,
          handledUntil: at(6),
          anchor: at(7),
          pausedUntil: at(8),
          skipNext: true,
        }
      : null,
  };
}
