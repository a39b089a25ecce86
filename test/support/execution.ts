import { randomUUID } from 'node:crypto';
import type { ActionType } from '../../contracts/actions.ts';
import type { ExecutionContext, ExecutionJob, RunLogWriter } from '../../main/app/runs/ports.ts';
import { SecretError } from '../../main/app/secrets/ports.ts';
import type { SecretStore } from '../../main/app/secrets/ports.ts';

/** Keeps up to `keepBytes` of what is written and counts everything. */
export class MemoryLog implements RunLogWriter {
  readonly #pieces: Buffer[] = [];
  readonly #keepBytes: number;
  totalBytes = 0;

  constructor(keepBytes = 64 << 20) {
    this.#keepBytes = keepBytes;
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.totalBytes < this.#keepBytes) this.#pieces.push(Buffer.from(bytes));
    this.totalBytes += bytes.byteLength;
  }

  get text(): string {
    return Buffer.concat(this.#pieces).toString();
  }
}

/** Secrets that exist for one test. */
export function memorySecrets(values: Readonly<Record<string, string>> = {}): SecretStore {
  const known = new Map(Object.entries(values));
  return {
    read: async (name) => {
      const value = known.get(name);
      if (value === undefined) throw new SecretError('secret_not_found', `There is no secret "${name}".`);
      return value;
    },
    has: async (name) => known.has(name),
    write: async (name, value) => void known.set(name, value),
    delete: async (name) => known.delete(name),
    list: async () => [...known.keys()].sort(),
  };
}

export interface TestExecution {
  readonly job: ExecutionJob;
  readonly context: ExecutionContext;
  readonly log: MemoryLog;
  readonly cancel: () => void;
  readonly progress: (readonly [percent: number | null, message: string])[];
}

export const TEST_TOKEN = 'run-scoped-token-0123456789';

export function execution(
  type: ActionType,
  config: unknown,
  options: { readonly timeoutMs?: number; readonly secrets?: SecretStore; readonly log?: RunLogWriter } = {},
): TestExecution {
  const runId = randomUUID();
  const controller = new AbortController();
  const log = new MemoryLog();
  const progress: (readonly [number | null, string])[] = [];
  return {
    job: { runId, taskId: 'test-task', type, config, params: null, timeoutMs: options.timeoutMs ?? null },
    context: {
      signal: controller.signal,
      log: options.log ?? log,
      progress: (percent, message) => void progress.push([percent, message]),
      environment: {
        GUARDIT_URL: 'http://127.0.0.1:3000',
        GUARDIT_TOKEN: TEST_TOKEN,
        GUARDIT_TASK_ID: 'test-task',
        GUARDIT_RUN_ID: runId,
      },
      secrets: options.secrets ?? memorySecrets(),
    },
    log,
    cancel: () => controller.abort(),
    progress,
  };
}
