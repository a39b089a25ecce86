import type { QueryClient } from '@tanstack/react-query';
import { keys } from '../../api/query-keys.ts';
import type { ServerEvent } from './event-parser.ts';

type Key = readonly unknown[];

/** What an event of the service makes old, by the beginning of its type. */
const EFFECTS: readonly (readonly [prefix: string, made: readonly Key[]])[] = [
  ['run.', [keys.overview, keys.runs, keys.tasks, keys.scheduler, keys.agents, keys.restores]],
  ['status.', [keys.overview, keys.tasks]],
  ['task.', [keys.overview, keys.tasks, keys.scheduler]],
  ['alert.', [keys.overview, keys.alerts, keys.channels]],
  ['scheduler.', [keys.overview, keys.scheduler]],
  ['agent.', [keys.agents]],
  ['channel.', [keys.channels]],
  ['repository.', [keys.repositories, keys.targets]],
  ['storage.', [keys.repositories]],
  ['target.', [keys.targets]],
  ['schedule.', [keys.backupSchedules, keys.targets]],
  ['backup.', [keys.backups, keys.targets]],
  ['verification.', [keys.verifications(), keys.backups, keys.targets]],
];

/** A busy night brings hundreds of events a second: each area is read anew at most this often. */
const GATHER_MS = 1_000;

/**
 * Makes what is kept old as events come. What a page shows is then read again, the rest when it is shown next. Whoever adds an
 * area adds a line to EFFECTS.
 */
export class EventEffects {
  readonly #client: QueryClient;
  readonly #old = new Map<string, Key>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(client: QueryClient) {
    this.#client = client;
  }

  take({ type }: ServerEvent): void {
    if (type === 'reset') return void this.#client.invalidateQueries();
    for (const [prefix, made] of EFFECTS) {
      if (type.startsWith(prefix)) for (const key of made) this.#old.set(JSON.stringify(key), key);
    }
    if (this.#old.size > 0) this.#timer ??= setTimeout(() => this.#flush(), GATHER_MS);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #flush(): void {
    this.#timer = undefined;
    const old = [...this.#old.values()];
    this.#old.clear();
    // One that is being read was asked before the event: it is asked again.
    for (const queryKey of old) void this.#client.invalidateQueries({ queryKey });
  }
}
