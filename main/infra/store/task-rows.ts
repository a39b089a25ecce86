import type { Insertable, Selectable, Updateable } from 'kysely';
import type { NewTask, Pause, Task, TaskAction, TaskId } from '../../app/tasks/ports.ts';
import type { TaskTable } from './schema/tasks.ts';

export type TaskRow = Selectable<TaskTable> & {
  /** A JSON array of task_ids. */
  dependencies: string;
};

/** Stands for `indefinitely`: the last instant that a Date can hold. */
const FOREVER_MS = 8_640_000_000_000_000;

export function taskOf(row: TaskRow): Task {
  return {
    id: row.id,
    taskId: row.task_id as TaskId,
    displayName: row.display_name,
    description: row.description,
    taskType: row.task_type,
    serverId: row.server_id,
    isActive: row.is_active === 1,
    lastSeenAt: dateOf(row.last_seen),
    createdAt: new Date(row.created_at),
    updatedAt: new Date(row.updated_at),
    createdBy: { ref: row.created_by, name: row.created_by_name },
    assignedTo: personOf(row.assigned_to, row.assigned_to_name),
    expectedSchedule: row.expected_schedule,
    timeZone: row.time_zone,
    graceMinutes: row.grace_minutes,
    maxDurationMinutes: row.max_duration_minutes,
    state: row.state,
    stateChangedAt: new Date(row.state_changed_at),
    lastRunAt: dateOf(row.last_run_at),
    priority: row.priority,
    managedBy: row.managed_by,
    action: actionOf(row),
  };
}

/** The table's checks say that these are null together. */
function actionOf(row: TaskRow): TaskAction | null {
  const { action_type, config, max_retries, timeout_ms, handled_until, anchor } = row;
  if (action_type === null || config === null || max_retries === null) return null;
  if (timeout_ms === null || handled_until === null || anchor === null) return null;
  return {
    type: action_type as TaskAction['type'],
    config: JSON.parse(config) as TaskAction['config'],
    schedule: row.schedule,
    dependencies: JSON.parse(row.dependencies) as TaskId[],
    maxRetries: max_retries,
    timeoutMs: timeout_ms,
    handledUntil: new Date(handled_until),
    anchor: new Date(anchor),
    pausedUntil: pauseOf(row.paused_until),
    skipNext: row.skip_next === 1,
  };
}

export function newRowOf(task: NewTask): Insertable<TaskTable> {
  return {
    ...changedRowOf(task),
    task_id: task.taskId,
    created_at: task.createdAt.getTime(),
    created_by: task.createdBy.ref,
    created_by_name: task.createdBy.name,
  };
}

/** The columns that a change may touch. */
export function changedRowOf(task: NewTask) {
  const { action } = task;
  return {
    display_name: task.displayName,
    description: task.description,
    task_type: task.taskType,
    server_id: task.serverId,
    last_seen: msOf(task.lastSeenAt),
    updated_at: task.updatedAt.getTime(),
    assigned_to: task.assignedTo?.ref ?? null,
    assigned_to_name: task.assignedTo?.name ?? null,
    expected_schedule: task.expectedSchedule,
    time_zone: task.timeZone,
    grace_minutes: task.graceMinutes,
    max_duration_minutes: task.maxDurationMinutes,
    state: task.state,
    state_changed_at: task.stateChangedAt.getTime(),
    last_run_at: msOf(task.lastRunAt),
    priority: task.priority,
    managed_by: task.managedBy,
    action_type: action?.type ?? null,
    config: action && JSON.stringify(action.config),
    schedule: action?.schedule ?? null,
    max_retries: action?.maxRetries ?? null,
    timeout_ms: action?.timeoutMs ?? null,
    ...dueRowOf(task),
  } satisfies Updateable<TaskTable>;
}

/** The columns of the due book's record. */
export function dueRowOf({ isActive, action }: NewTask) {
  return {
    is_active: Number(isActive),
    handled_until: msOf(action?.handledUntil ?? null),
    anchor: msOf(action?.anchor ?? null),
    paused_until: action?.pausedUntil === 'indefinitely' ? FOREVER_MS : msOf(action?.pausedUntil ?? null),
    skip_next: Number(action?.skipNext ?? false),
  } satisfies Updateable<TaskTable>;
}

function personOf(ref: string | null, name: string | null): Task['assignedTo'] {
  return ref === null || name === null ? null : { ref, name };
}

function dateOf(ms: number | null): Date | null {
  return ms === null ? null : new Date(ms);
}

function msOf(date: Date | null): number | null {
  return date && date.getTime();
}

function pauseOf(ms: number | null): Pause | null {
  return ms === FOREVER_MS ? 'indefinitely' : dateOf(ms);
}
