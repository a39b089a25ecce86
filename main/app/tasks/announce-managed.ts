import type { EventBus } from '../events/event-bus.ts';
import { nextStartByRecord, taskView } from './task-view.ts';
import type { Task } from './task.ts';

/** Tells whoever listens of a task that GuardIT itself has made or changed: the scheduler does. After the write. */
export function announceManaged(
  events: Pick<EventBus, 'publish'>,
  change: 'created' | 'updated' | 'deleted',
  task: Task,
  at: Date,
): void {
  events.publish(`task.${change}`, at, taskView(task, nextStartByRecord), { taskId: task.taskId });
}
