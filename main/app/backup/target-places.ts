import type { Stores } from '../catalog/ports.ts';
import type { EventBus } from '../events/event-bus.ts';

/** Which repository each target's backups go to, for those who can't wait for the catalog. */
export class TargetPlaces {
  readonly #places = new Map<string, string>();

  /** Follows changes from now on. Gives what ends that. */
  follow(events: Pick<EventBus, 'subscribe'>): () => void {
    return events.subscribe(({ type, data }) => {
      const { target_id: targetId, repository_id: repositoryId } = data;
      if (!type.startsWith('target.') || typeof targetId !== 'string' || typeof repositoryId !== 'string') return;
      this.#places.set(targetId, repositoryId);
    });
  }

  async load({ targets }: Pick<Stores, 'targets'>): Promise<void> {
    for (const { id, repositoryId } of await targets.list({ withRemoved: true })) this.#places.set(id, repositoryId);
  }

  repositoryOf(targetId: string): string | undefined {
    return this.#places.get(targetId);
  }
}
