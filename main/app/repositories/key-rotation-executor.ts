import { setTimeout as sleep } from 'node:timers/promises';
import { repositoryTaskConfigSchema } from '../../../contracts/actions/own-action-configs.ts';
import type { ExecutionContext, ExecutionJob, ExecutionOutcome, Executor, JsonValue } from '../runs/ports.ts';
import { limitWork, outcomeOfFailure, WorkLog } from '../runs/own-work.ts';
import { rotateKey, type RotationResult } from './key-rotation.ts';
import type { RepositoryDeps } from './repository-deps.ts';

/** Longer than any work takes from reading the password to opening the repository with it. */
const GRACE_MS = 60_000;

/** The action `key_rotation`: looks every day whether the key of a repository is due, and replaces it then. */
export class KeyRotationExecutor implements Executor {
  readonly #deps: RepositoryDeps;
  readonly #graceMs: number;

  constructor(deps: RepositoryDeps, graceMs = GRACE_MS) {
    this.#deps = deps;
    this.#graceMs = graceMs;
  }

  async execute(job: ExecutionJob, { signal, log, progress }: ExecutionContext): Promise<ExecutionOutcome> {
    const limit = limitWork(signal, job.timeoutMs);
    const lines = new WorkLog(log, this.#deps.clock);
    const say = (line: string) => {
      lines.line(line);
      progress(null, line);
    };
    try {
      const { repository_id: id } = repositoryTaskConfigSchema.parse(job.config);
      const result = await rotateKey(this.#deps, id, {
        isForced: isForced(job.params),
        context: { signal: limit.signal },
        say,
        grace: (until) => sleep(this.#graceMs, undefined, { signal: until }),
      });
      if (!result.isRotated) say(`Not due before ${result.dueAt?.toISOString() ?? 'somebody asks for it'}.`);
      else say('The recovery kit is due for renewal now. The one that is stored stays valid until then.');
      return { status: 'completed', result: shown(result) };
    } catch (error) {
      const outcome = outcomeOfFailure(error, limit);
      if ('reason' in outcome) say(outcome.reason);
      return outcome;
    } finally {
      limit.dispose();
      await lines.written();
    }
  }
}

function isForced(params: ExecutionJob['params']): boolean {
  return typeof params === 'object' && params !== null && 'force' in params && params.force === true;
}

function shown(result: RotationResult): JsonValue {
  return result.isRotated
    ? { rotated: true, old_key_id: result.oldKeyId, new_key_id: result.newKeyId }
    : { rotated: false, due_at: result.dueAt?.toISOString() ?? null };
}
