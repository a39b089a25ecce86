import { AlreadyOwned, isClaimed, Service, type ServiceOptions } from '../../host/index.ts';

export type HostOutcome =
  | { readonly kind: 'hosting'; readonly core: HostedCore }
  /** Another process owns the data folder: attach to it. */
  | { readonly kind: 'owned' }
  /** This account may not, or the port is taken, or the settings are wrong. */
  | { readonly kind: 'failed'; readonly problem: string };

/** The core in this process, as long as nobody else has it. */
export class HostedCore {
  readonly #service: Service;
  readonly #dataFolder: string;
  #watch: NodeJS.Timeout | null = null;

  private constructor(service: Service, dataFolder: string) {
    this.#service = service;
    this.#dataFolder = dataFolder;
  }

  static async start(options: ServiceOptions): Promise<HostOutcome> {
    try {
      return { kind: 'hosting', core: new HostedCore(await Service.start(options), options.dataFolder) };
    } catch (error) {
      if (error instanceof AlreadyOwned) return { kind: 'owned' };
      const reason = error instanceof Error ? error.message : String(error);
      return { kind: 'failed', problem: `GuardIT can't work in ${options.dataFolder}: ${reason}` };
    }
  }

  /** Calls back again and again while a service waits for the data folder. */
  watchClaims(everyMs: number, onClaim: () => void): void {
    this.#watch = setInterval(() => {
      if (isClaimed(this.#dataFolder)) onClaim();
    }, everyMs);
    this.#watch.unref();
  }

  /** Ends what runs as the settings say. Resolves when the data folder is free. */
  async stop(): Promise<void> {
    if (this.#watch) clearInterval(this.#watch);
    await this.#service.stop();
  }
}
