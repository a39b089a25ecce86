import type { ActionType } from '../../../contracts/actions.ts';
import type { Executor, ExecutorRegistry } from '../../app/runs/ports.ts';
import { CustomExecutor } from './custom-executor.ts';
import { HttpExecutor } from './http-executor.ts';
import type { HttpExecutorOptions } from './http-executor.ts';
import { ScriptExecutor } from './script-executor.ts';

export interface ExecutorsOptions extends HttpExecutorOptions {
  /** Where scripts run that name no `cwd`. */
  readonly dataFolder: string;
  /** The data folder's `custom-tasks/`. */
  readonly customTasksFolder: string;
  readonly maxLogBytes?: number;
}

/** The executors of what people configure; GuardIT's own actions (backup, verify, …) are added by whoever does them. */
export function createExecutors(
  options: ExecutorsOptions,
  own: Partial<Record<ActionType, Executor>> = {},
): ExecutorRegistry {
  const { dataFolder, customTasksFolder, maxLogBytes } = options;
  const limits = maxLogBytes === undefined ? {} : { maxLogBytes };
  const http = new HttpExecutor(options);
  const executors = new Map<string, Executor>([
    ['script', new ScriptExecutor({ defaultFolder: dataFolder, ...limits })],
    ['api_call', http],
    ['webhook', http],
    ['custom', new CustomExecutor({ folder: customTasksFolder, ...limits })],
    ...Object.entries(own),
  ]);
  return { find: (type) => executors.get(type) ?? null };
}
