import type { ActionTaskView, MonitoredTaskView, TaskView } from '../../../contracts/tasks.ts';
import { toInstant, toInstantInSeconds } from '../../../contracts/common/instant.ts';
import { DueBook } from '../schedule/due-book.ts';
import { ScheduleError } from '../schedule/schedule-error.ts';
import { dueTaskOf, hasAction, type ActionTask, type Task } from './task.ts';
import { shownConfig } from './task-fields.ts';

/** When a task will start by itself. */
export type NextStart = (task: ActionTask) => Date | null;

/** As far as the task's own record says: pauses of everything and limits are the scheduler's to know. */
export const nextStartByRecord: NextStart = (task) => {
  const book = new DueBook();
  try {
    book.put(dueTaskOf(task));
  } catch (error) {
    // A zone that an update of the time zone database has dropped.
    if (error instanceof ScheduleError) return null;
    throw error;
  }
  return book.nextStart(task.taskId);
};

/** A task as the API and its events show it. */
export function taskView(task: Task, nextStart: NextStart): TaskView {
  return hasAction(task) ? actionView(task, nextStart) : monitoredView(task);
}

function monitoredView(task: Task): MonitoredTaskView {
  const { expectedSchedule, timeZone } = task;
  return {
    ...commonView(task),
    ...(expectedSchedule === null ? {} : { expected_schedule: expectedSchedule }),
    ...(timeZone === null ? {} : { time_zone: timeZone }),
  };
}

function actionView(task: ActionTask, nextStart: NextStart): ActionTaskView {
  const { action } = task;
  const nextRun = nextStart(task);
  return {
    ...commonView(task),
    name: task.displayName,
    type: action.type,
    config: shownConfig(action.config),
    schedule: action.schedule,
    time_zone: task.timeZone,
    priority: task.priority,
    dependencies: [...action.dependencies],
    max_retries: action.maxRetries,
    timeout: action.timeoutMs,
    state: task.state,
    next_run: nextRun && toInstant(nextRun.getTime()),
    last_run: task.lastRunAt && toInstant(task.lastRunAt.getTime()),
    created_by: task.createdBy.name,
    assigned_to: task.assignedTo?.name ?? null,
    managed_by: task.managedBy,
  };
}

function commonView(task: Task) {
  const { graceMinutes, maxDurationMinutes } = task;
  return {
    id: task.id,
    task_id: task.taskId,
    display_name: task.displayName,
    description: task.description,
    task_type: task.taskType,
    server_id: task.serverId,
    is_active: task.isActive,
    last_seen: task.lastSeenAt && toInstantInSeconds(task.lastSeenAt.getTime()),
    created_at: toInstantInSeconds(task.createdAt.getTime()),
    updated_at: toInstantInSeconds(task.updatedAt.getTime()),
    ...(graceMinutes === null ? {} : { grace_minutes: graceMinutes }),
    ...(maxDurationMinutes === null ? {} : { max_duration_minutes: maxDurationMinutes }),
  };
}
