import { setTimeout as wait } from 'node:timers/promises';
import type { CoreConnection } from '../../../contracts/shell-bridge.ts';
import { attach, type Attachment } from '../../host/attach/index.ts';
import { isClaimed, type ServiceOptions } from '../../host/index.ts';
import { fetchActiveRuns } from './core-view.ts';
import { HostedCore } from './hosted-core.ts';

export interface LinkOptions {
  readonly service: ServiceOptions;
  readonly env: NodeJS.ProcessEnv;
  readonly loginAt: (url: string) => string | null;
  readonly onChange: (connection: CoreConnection, attachment: Attachment | null) => void;
  readonly retryMs?: number;
  /** A service that went away usually comes back: for so long it is waited for before this process hosts the core itself. */
  readonly patienceMs?: number;
  readonly claimWatchMs?: number;
}

const RETRY_MS = 2_000;
const PATIENCE_MS = 30_000;
const CLAIM_WATCH_MS = 1_000;

/**
 * The way to GuardIT's core, whoever runs it: a service, or else this process. Whoever uses it sees an attachment in both
 * cases; the core is spoken to over its API, here as there.
 */
export class CoreLink {
  readonly #options: LinkOptions;
  #connection: CoreConnection = { kind: 'connecting' };
  #attachment: Attachment | null = null;
  #hosted: HostedCore | null = null;
  #attempt: AbortController | null = null;
  /** Attempts take turns: a later one finds the core that an earlier one began to host. */
  #working: Promise<void> = Promise.resolve();
  #attempted: Promise<void> = Promise.resolve();
  #isHandingOver = false;

  constructor(options: LinkOptions) {
    this.#options = options;
  }

  get connection(): CoreConnection {
    return this.#connection;
  }

  /** Null while there is none. */
  get attachment(): Attachment | null {
    return this.#attachment;
  }

  get isHosting(): boolean {
    return this.#hosted !== null;
  }

  /** Hosts or attaches, and keeps trying. Does not throw. */
  start(): void {
    this.#connect(0);
  }

  /** Who was attached to does not answer any more, or does not know our token: looks for the core anew, at once. */
  lost(): void {
    this.#connect(this.#hosted ? 0 : (this.#options.patienceMs ?? PATIENCE_MS));
  }

  /** Who was attached to answers, but not as it should: that is shown, and tried again later. */
  failed(problem: string): void {
    this.#connect(this.#options.patienceMs ?? PATIENCE_MS, problem);
  }

  /** Somebody logged in or out: the same core, as somebody else. Resolves when that has been tried. */
  async again(): Promise<void> {
    this.#connect(this.#options.patienceMs ?? PATIENCE_MS);
    await this.#attempted;
  }

  /** Lets go of the core; one that is hosted here ends, with what runs in it. */
  async stop(): Promise<void> {
    this.#attempt?.abort();
    await this.#working;
    await this.#detach();
    const hosted = this.#hosted;
    this.#hosted = null;
    await hosted?.stop();
  }

  #connect(patienceMs: number, problem: string | null = null): void {
    this.#attempt?.abort(new Error('The connection is made anew.'));
    const attempt = new AbortController();
    this.#attempt = attempt;
    const hostFromMs = performance.now() + patienceMs;
    const attempted = Promise.withResolvers<void>();
    this.#attempted = attempted.promise;
    this.#working = this.#working
      .then(() => this.#pause(attempt.signal, problem))
      .then(() => this.#tryUntilConnected(attempt.signal, hostFromMs, attempted.resolve))
      .finally(attempted.resolve);
  }

  async #pause(signal: AbortSignal, problem: string | null): Promise<void> {
    if (problem === null || signal.aborted) return;
    await this.#detach();
    this.#tell({ kind: 'disconnected', problem }, null);
    await wait(this.#options.retryMs ?? RETRY_MS, undefined, { signal }).catch(() => undefined);
  }

  /** `onTried` is called when one attempt has been made, however it ended. */
  async #tryUntilConnected(signal: AbortSignal, hostFromMs: number, onTried: () => void): Promise<void> {
    if (signal.aborted) return;
    await this.#detach();
    while (!signal.aborted) {
      const hostProblem = await this.#hostIfDue(hostFromMs);
      const problem = await this.#attach(signal);
      if (problem === null || signal.aborted) return;
      this.#tell({ kind: 'disconnected', problem: hostProblem ?? problem }, null);
      onTried();
      await wait(this.#options.retryMs ?? RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Null: it is hosted now, or by somebody else, or it is too early for that. Else why it can't be. */
  async #hostIfDue(hostFromMs: number): Promise<string | null> {
    if (this.#hosted || performance.now() < hostFromMs) return null;
    // A service waits for the folder, perhaps since we let go of it: it comes first.
    if (isClaimed(this.#options.service.dataFolder)) return null;
    const outcome = await HostedCore.start(this.#options.service);
    if (outcome.kind === 'failed') return outcome.problem;
    if (outcome.kind === 'owned') return null;
    this.#hosted = outcome.core;
    outcome.core.watchClaims(this.#options.claimWatchMs ?? CLAIM_WATCH_MS, () => void this.#handOver());
    return null;
  }

  /** Null when it worked. Else what is wrong, in a sentence. */
  async #attach(signal: AbortSignal): Promise<string | null> {
    const { env, loginAt, service } = this.#options;
    try {
      const caFile = env['GUARDIT_CA_FILE'] || undefined;
      const attachment = await attach({ dataFolder: service.dataFolder, env, caFile, loginAt, signal });
      if (signal.aborted) return null;
      const kind = attachment.tokenSource === 'none' ? 'login-needed' : this.#hosted ? 'hosting' : 'attached';
      this.#tell({ kind }, attachment);
      return null;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  /** A service wants the data folder. It gets it when nothing runs any more: a hand-over never ends a job. */
  async #handOver(): Promise<void> {
    const hosted = this.#hosted;
    if (!hosted || !this.#attachment || this.#isHandingOver) return;
    this.#isHandingOver = true;
    try {
      if ((await fetchActiveRuns(this.#attachment.client)).length > 0) return;
      this.#hosted = null;
      await this.#detach();
      await hosted.stop();
      this.lost();
    } catch {
      // It can't be asked right now; the claim is seen again in a moment.
    } finally {
      this.#isHandingOver = false;
    }
  }

  async #detach(): Promise<void> {
    const attachment = this.#attachment;
    if (!attachment) return;
    // First told, then closed: whoever reads from it must not take that for a loss.
    this.#tell({ kind: 'connecting' }, null);
    await attachment.client.close();
  }

  #tell(connection: CoreConnection, attachment: Attachment | null): void {
    this.#connection = connection;
    this.#attachment = attachment;
    this.#options.onChange(connection, attachment);
  }
}
