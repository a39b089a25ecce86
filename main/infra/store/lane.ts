import { AsyncLocalStorage } from 'node:async_hooks';

interface Turn {
  over: boolean;
}

/** Every catalog of the process shares it: a work of one must not wait for another either. */
const turns = new AsyncLocalStorage<Turn>();

/** Whether the caller is (or was started by) a work that is still running: a second one would wait for the first for ever. */
export function isInsideWork(): boolean {
  return turns.getStore()?.over === false;
}

/**
 * One connection's works, one at a time. Statements belong to the work in whose async context they run, so that a store which
 * outlives its work can't slip statements into somebody else's transaction.
 */
export class Lane {
  #current: Turn | null = null;

  async run<T>(work: () => Promise<T>): Promise<T> {
    const turn: Turn = { over: false };
    this.#current = turn;
    try {
      return await turns.run(turn, work);
    } finally {
      turn.over = true;
      this.#current = null;
    }
  }

  /** Throws unless it is called by the work that runs now. */
  assertInTurn(): void {
    if (this.#current === null || turns.getStore() !== this.#current) {
      throw new Error('A store was used outside the read or write that it was handed to: await every call of it.');
    }
  }
}
