/**
 * The thread in which a custom function runs: its module is loaded afresh for each run, its console goes to the run's log.
 * Whoever started the thread ends it, after a result as well: a function may leave timers behind.
 */
import { workerData } from 'node:worker_threads';
import { boundedJson, ResultTooLarge } from './bounded-json.ts';
import { CustomOutput } from './custom-output.ts';
import type { CustomFailure, CustomMessage, CustomWorkerData } from './custom-protocol.ts';

// Given by custom-executor.ts, and by nobody else.
const data = workerData as CustomWorkerData;
const output = new CustomOutput(data.port, data.inFlight);

async function work(): Promise<CustomMessage> {
  let run: unknown;
  try {
    const module = (await import(data.moduleUrl)) as Record<string, unknown>;
    run = ownExport(module, data.functionName);
  } catch (error) {
    return failure('cannot_start', 'The module could not be loaded: ', error);
  }
  if (typeof run !== 'function') {
    const reason = `The module exports no function "${data.functionName}".`;
    return { kind: 'failure', failure: { code: 'cannot_start', reason } };
  }
  let value: unknown;
  try {
    value = await (run as (params: unknown, context: unknown) => unknown)(data.params, context());
  } catch (error) {
    return failure('function_failed', '', error);
  }
  try {
    return { kind: 'result', json: boundedJson(value, data.maxResultBytes) };
  } catch (error) {
    const isLarge = error instanceof ResultTooLarge;
    return isLarge
      ? failure('result_too_large', '', error)
      : failure('function_failed', 'Its result is no JSON: ', error);
  }
}

/** What the function gets beside its parameters. */
function context() {
  return Object.freeze({
    taskId: data.taskId,
    runId: data.runId,
    progress: (percent: unknown, message: unknown = '') => {
      const isPercent = typeof percent === 'number' && percent >= 0 && percent <= 100;
      output.progress(isPercent ? percent : null, String(message).slice(0, 10_000));
    },
  });
}

/** Own: nothing that every object inherits is anybody's task. A CommonJS module's exports may lie under `default` only. */
function ownExport(module: Record<string, unknown>, name: string): unknown {
  if (Object.hasOwn(module, name)) return module[name];
  const inner = Object.hasOwn(module, 'default') ? module['default'] : undefined;
  const isObject = typeof inner === 'object' && inner !== null && Object.hasOwn(inner, name);
  return isObject ? (inner as Record<string, unknown>)[name] : undefined;
}

function failure(code: CustomFailure['code'], prefix: string, error: unknown): CustomMessage {
  const isError = error instanceof Error;
  const message = isError ? error.message : describe(error);
  const reason = `${prefix}${message}`.slice(0, 2000);
  return {
    kind: 'failure',
    failure: { code, reason, ...(isError && error.stack ? { stack: error.stack.slice(0, 20_000) } : {}) },
  };
}

/** Somebody may throw what can't even be made a text of. */
function describe(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return 'It threw something that is no error.';
  }
}

output.capture();
// An error in a callback of the function's, or a promise that nobody waited for.
process.on('uncaughtException', (error) => output.send(failure('function_failed', '', error)));
void work().then((message) => output.send(message));
