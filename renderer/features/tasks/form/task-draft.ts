import { CONFIGURED_ACTIONS, type ActionType, type ConfiguredAction } from '../../../../contracts/actions.ts';
import type { TaskPriority, TaskView } from '../../../../contracts/tasks.ts';
import { configDraftOf, EMPTY_CONFIG, type ConfigDraft } from './config-draft.ts';

export type DraftType = ActionType | 'monitored';

/** Types that can be chosen for a new task here; GuardIT's own come from their own pages. */
export const NEW_TYPES: readonly (ConfiguredAction | 'monitored')[] = ['monitored', ...CONFIGURED_ACTIONS];

/** A task as the form's fields hold it: text, until it is sent. */
export interface TaskDraft {
  readonly type: DraftType;
  readonly name: string;
  readonly taskId: string;
  readonly taskType: string;
  readonly description: string;
  readonly serverId: string;
  /** Of a monitored task: when it is expected. */
  readonly schedule: string;
  readonly timeZone: string;
  readonly graceMinutes: string;
  readonly maxDurationMinutes: string;
  readonly priority: TaskPriority;
  readonly dependencies: readonly string[];
  readonly maxRetries: string;
  readonly timeoutMinutes: string;
  readonly assignedTo: string;
  readonly config: ConfigDraft;
}

export const EMPTY_DRAFT: TaskDraft = {
  type: 'monitored',
  name: '',
  taskId: '',
  taskType: '',
  description: '',
  serverId: '',
  schedule: 'manual',
  timeZone: '',
  graceMinutes: '',
  maxDurationMinutes: '',
  priority: 'normal',
  dependencies: [],
  maxRetries: '',
  timeoutMinutes: '',
  assignedTo: '',
  config: EMPTY_CONFIG,
};

export function draftOf(task: TaskView): TaskDraft {
  const common = {
    ...EMPTY_DRAFT,
    name: task.display_name,
    taskId: task.task_id,
    taskType: task.task_type,
    description: task.description ?? '',
    serverId: task.server_id ?? '',
    graceMinutes: textOfNumber(task.grace_minutes),
    maxDurationMinutes: textOfNumber(task.max_duration_minutes),
    timeZone: task.time_zone ?? '',
  };
  if (!('config' in task)) return { ...common, schedule: task.expected_schedule ?? 'manual' };
  return {
    ...common,
    type: task.type,
    schedule: task.schedule ?? 'manual',
    priority: task.priority,
    dependencies: task.dependencies,
    maxRetries: String(task.max_retries),
    timeoutMinutes: String(task.timeout / 60_000),
    assignedTo: task.assigned_to ?? '',
    config: configDraftOf(task.type, task.config),
  };
}

/** An id that can be typed: `My database, nightly` becomes `my-database-nightly`. */
export function slugOf(name: string): string {
  return name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 100);
}

function textOfNumber(value: number | undefined): string {
  return value === undefined ? '' : String(value);
}
