import { hashSecret, newRunToken } from './credential.ts';

export interface RunTokenHolder {
  readonly taskId: string;
  readonly runId: string;
}

/**
 * The tokens with which running scripts report on their own task (GUARDIT_TOKEN). Kept in memory only: a run does not
 * outlive the process, and neither does its token.
 */
export class RunTokens {
  /** By the token's hash, so that a look-up takes no time that tells how much of a token was right. */
  readonly #holders = new Map<string, RunTokenHolder>();
  readonly #hashes = new Map<string, string>();

  /** A run's second token replaces its first. */
  issue(taskId: string, runId: string): string {
    this.revoke(runId);
    const token = newRunToken();
    const hash = hashSecret(token).toString('hex');
    this.#holders.set(hash, { taskId, runId });
    this.#hashes.set(runId, hash);
    return token;
  }

  /** To be called however the run ends. */
  revoke(runId: string): void {
    const hash = this.#hashes.get(runId);
    if (hash === undefined) return;
    this.#hashes.delete(runId);
    this.#holders.delete(hash);
  }

  find(token: string): RunTokenHolder | null {
    return this.#holders.get(hashSecret(token).toString('hex')) ?? null;
  }
}
