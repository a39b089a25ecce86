import { z } from 'zod';
import {
  CreateTask,
  ListTasks,
  RegisterTask,
  TaskParams,
  TaskStatsView,
  TaskTypeParams,
  TaskView,
  UpdateTask,
} from '../../../contracts/tasks.ts';
import { createTask } from '../../app/tasks/create-task.ts';
import { deleteTask } from '../../app/tasks/delete-task.ts';
import { getTask, listTasks, taskStats } from '../../app/tasks/read-tasks.ts';
import { registerTask } from '../../app/tasks/register-task.ts';
import { viewOf, type TaskDeps } from '../../app/tasks/task-deps.ts';
import { updateTask } from '../../app/tasks/update-task.ts';
import { operation, type Access, type Operation } from '../operation.ts';

const READERS: Access = { roles: ['admin', 'operator', 'viewer', 'reporter'], loopback: true };
const REPORTERS: Access = { roles: ['admin', 'operator', 'reporter'], loopback: true };
const OPERATORS: Access = { roles: ['admin', 'operator'] };

const COMMON = { tag: 'tasks', family: 'tasks' } as const;
const ONE = { 200: { description: 'The task.', schema: TaskView } } as const;
const LIST = { description: 'Tasks, by their numeric id.', schema: z.array(TaskView) } as const;

const RIGHTS =
  'Without a token, from this machine, only monitored tasks can be reached. Users who are no admin, operator or viewer see ' +
  'monitored tasks, what they made and what is assigned to them.';

/** Sections 1 and 2 of api.md: the tasks themselves. Their statuses and runs have routes of their own. */
export function taskOperations(deps: TaskDeps): Operation[] {
  return [...makers(deps), ...lists(deps), ...ofOneTask(deps)];
}

function makers(deps: TaskDeps): Operation[] {
  return [
    operation({
      id: 'registerTask',
      method: 'POST',
      path: '/api/tasks/register',
      summary: 'Register a monitored task',
      description: 'For work that somebody else runs and that reports its status. 409 when the task id is taken.',
      ...COMMON,
      access: REPORTERS,
      body: RegisterTask,
      snakeCaseAliases: true,
      errors: ['task_exists'],
      responses: { 201: { description: 'The new task.', schema: TaskView } },
      handle: async ({ caller, body }) => ({ status: 201, body: viewOf(deps, await registerTask(deps, caller, body)) }),
    }),
    operation({
      id: 'createTask',
      method: 'POST',
      path: '/api/tasks',
      summary: 'Create a task that GuardIT runs',
      description:
        'Types script and custom are for admins. Its task id is a slug of the name unless given. Dependencies must exist and ' +
        'must not lead back to the task (400, code dependency_cycle).',
      ...COMMON,
      access: OPERATORS,
      body: CreateTask,
      snakeCaseAliases: true,
      errors: ['dependency_cycle', 'task_exists'],
      responses: { 201: { description: 'The new task.', schema: TaskView } },
      handle: async ({ caller, body }) => ({ status: 201, body: viewOf(deps, await createTask(deps, caller, body)) }),
    }),
  ];
}

function lists(deps: TaskDeps): Operation[] {
  return [
    operation({
      id: 'listTasks',
      method: 'GET',
      path: '/api/tasks',
      summary: 'List tasks',
      description: `All of them unless limit or offset is given; X-Total-Count then says how many match. ${RIGHTS}`,
      ...COMMON,
      access: READERS,
      query: ListTasks,
      responses: { 200: { ...LIST, headers: { 'X-Total-Count': 'How many match, where limit or offset is given.' } } },
      handle: async ({ caller, query }) => {
        const { tasks, total } = await listTasks(deps, caller, query);
        const body = tasks.map((task) => viewOf(deps, task));
        return { status: 200, body, ...(total === null ? {} : { headers: { 'x-total-count': String(total) } }) };
      },
    }),
    operation({
      id: 'taskStats',
      method: 'GET',
      path: '/api/tasks/stats',
      summary: 'Count tasks by state, type and priority',
      ...COMMON,
      access: READERS,
      responses: { 200: { description: 'Of the tasks that the caller sees.', schema: TaskStatsView } },
      handle: async ({ caller }) => ({ status: 200, body: await taskStats(deps, caller) }),
    }),
    operation({
      id: 'listTasksOfType',
      method: 'GET',
      path: '/api/tasks/type/{taskType}',
      summary: 'List the tasks of one type',
      ...COMMON,
      access: READERS,
      params: TaskTypeParams,
      errors: [],
      responses: { 200: LIST },
      handle: async ({ caller, params }) => {
        const { tasks } = await listTasks(deps, caller, { type: params.taskType });
        return { status: 200, body: tasks.map((task) => viewOf(deps, task)) };
      },
    }),
  ];
}

function ofOneTask(deps: TaskDeps): Operation[] {
  const path = '/api/tasks/{taskId}';
  return [
    operation({
      id: 'getTask',
      method: 'GET',
      path,
      summary: 'Show a task',
      description: RIGHTS,
      ...COMMON,
      access: READERS,
      params: TaskParams,
      errors: ['task_not_registered'],
      responses: ONE,
      handle: async ({ caller, params }) => ({
        status: 200,
        body: viewOf(deps, await getTask(deps, caller, params.taskId)),
      }),
    }),
    operation({
      id: 'updateTask',
      method: 'PUT',
      path,
      summary: 'Change a task',
      description:
        'Changes what is given. What GuardIT runs is for operators, what a script or custom task executes for admins. A ' +
        'masked value of the configuration that is sent back stays as it is.',
      ...COMMON,
      access: REPORTERS,
      params: TaskParams,
      body: UpdateTask,
      snakeCaseAliases: true,
      errors: ['dependency_cycle', 'task_not_registered'],
      responses: ONE,
      handle: async ({ caller, params, body }) => ({
        status: 200,
        body: viewOf(deps, await updateTask(deps, caller, params.taskId, body)),
      }),
    }),
    operation({
      id: 'deleteTask',
      method: 'DELETE',
      path,
      summary: 'Delete a task',
      description:
        'Its statuses, history, metrics and runs go with it. 409 while other tasks depend on it (code conflict) or a run of ' +
        'it is pending or running (code run_active). Tasks with an action: operators and admins only.',
      ...COMMON,
      access: REPORTERS,
      params: TaskParams,
      errors: ['task_not_registered', 'conflict', 'run_active'],
      responses: { 204: { description: 'It is gone.' } },
      handle: async ({ caller, params }) => {
        await deleteTask(deps, caller, params.taskId);
        return { status: 204 };
      },
    }),
  ];
}
