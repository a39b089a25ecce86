import type { z } from 'zod';
import { ACTION_CONFIG_SCHEMAS, type ConfiguredAction } from '../../../../contracts/actions.ts';
import { CreateTask, RegisterTask, UpdateTask } from '../../../../contracts/tasks.ts';
import type { Problems } from '../../../ui/form/problems.ts';
import { configOf } from './config-draft.ts';
import { slugOf, type TaskDraft } from './task-draft.ts';

type Body = Readonly<Record<string, unknown>>;

export type Checked =
  { readonly body: Body; readonly problems: null } | { readonly body: null; readonly problems: Problems };

/** What is sent for a new task, checked by the very schemas that the API checks with. */
export function newTaskBody(draft: TaskDraft): Checked {
  const taskId = draft.taskId === '' ? slugOf(draft.name) : draft.taskId;
  if (draft.type === 'monitored') {
    const { name: displayName, ...common } = commonBody(draft);
    const taskType = draft.taskType === '' ? 'files' : draft.taskType;
    return checked(
      RegisterTask,
      draft,
      withoutNothing({ ...common, displayName, taskId, taskType, ...monitoringBody(draft) }),
    );
  }
  const body = { ...commonBody(draft), type: draft.type, taskType: draft.taskType || undefined, ...actionBody(draft) };
  return checked(CreateTask, draft, withoutNothing({ ...body, ...(draft.taskId !== '' && { taskId }) }));
}

/** Only what differs from what was there: somebody else may have changed the rest meanwhile. */
export function changedTaskBody(before: TaskDraft, draft: TaskDraft): Checked {
  const whole = (each: TaskDraft): Body => ({
    ...commonBody(each),
    taskType: each.taskType,
    ...(each.type === 'monitored' ? monitoringBody(each) : { type: each.type, ...actionBody(each) }),
  });
  const [old, next] = [whole(before), whole(draft)];
  const isNewAction = before.type !== draft.type;
  const changed = Object.fromEntries(
    Object.entries(next).filter(
      ([name, value]) =>
        (isNewAction && (name === 'type' || name === 'config')) || JSON.stringify(value) !== JSON.stringify(old[name]),
    ),
  );
  return checked(UpdateTask, draft, changed);
}

function commonBody(draft: TaskDraft) {
  return {
    name: draft.name,
    description: textOrNull(draft.description),
    serverId: textOrNull(draft.serverId),
    timeZone: textOrNull(draft.timeZone),
    graceMinutes: numberOrNull(draft.graceMinutes),
    maxDurationMinutes: numberOrNull(draft.maxDurationMinutes),
  };
}

function monitoringBody({ schedule }: TaskDraft) {
  return { expectedSchedule: schedule };
}

function actionBody(draft: TaskDraft) {
  const timeoutMinutes = numberOrNull(draft.timeoutMinutes);
  return {
    schedule: draft.schedule,
    priority: draft.priority,
    dependencies: draft.dependencies,
    maxRetries: numberOrNull(draft.maxRetries),
    timeout: timeoutMinutes === null ? null : Math.round(timeoutMinutes * 60_000),
    assignedTo: textOrNull(draft.assignedTo),
    config: configOrProblem(draft),
  };
}

/** A field that must be JSON and is not: what the schema then says of it is no help. */
const NOT_JSON = Symbol('not JSON');

function configOrProblem({ type, config }: TaskDraft): unknown {
  try {
    return type === 'monitored' ? {} : configOf(type, config);
  } catch {
    return NOT_JSON;
  }
}

function checked(schema: z.ZodType, { type }: TaskDraft, body: Body): Checked {
  const problems: Record<string, string> = {};
  const note = (path: readonly PropertyKey[], message: string) => {
    problems[path.map(String).join('.')] ??= message;
  };
  const { config } = body;
  if (config === NOT_JSON) return { body: null, problems: { 'config.json': 'must be JSON' } };
  const result = schema.safeParse(body);
  for (const issue of result.error?.issues ?? []) note(issue.path, issue.message);
  if (config !== undefined && Object.hasOwn(ACTION_CONFIG_SCHEMAS, type)) {
    const own = ACTION_CONFIG_SCHEMAS[type as ConfiguredAction].safeParse(config);
    for (const issue of own.error?.issues ?? []) note(['config', ...issue.path], issue.message);
  }
  return Object.keys(problems).length > 0 ? { body: null, problems } : { body, problems: null };
}

function textOrNull(text: string): string | null {
  return text.trim() === '' ? null : text;
}

/** What is no number stays as it is, so that the schema says so. */
function numberOrNull(text: string): number | null {
  return text.trim() === '' ? null : Number(text.replace(',', '.'));
}

function withoutNothing(body: Body): Body {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null && value !== undefined));
}
