import { percentile } from './percentile.ts';
import type { ReportConnection } from './report-connection.ts';

export interface LoadResult {
  /** Reports that were answered with 201. */
  readonly answered: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** Answers other than 201, and none at all. */
  readonly refused: number;
  /** How late the generator itself sent a report, at the 99th percentile; 0 where nothing is due at a fixed time. */
  readonly lateP99Ms: number;
}

export interface Load {
  readonly connections: readonly ReportConnection[];
  readonly seconds: number;
}

/**
 * Clients that report at moments of their own, as scripts do: arrivals are random (Poisson) and come whether earlier reports were
 * answered or not. A client whose last report is still open queues the next one, and that wait counts (no coordinated
 * omission). A timer of Node may be a millisecond or two late: that is the generator's doing, so it is told apart.
 */
export async function steadyLoad({
  connections,
  seconds,
  rate,
}: Load & { readonly rate: number }): Promise<LoadResult> {
  const tally = new Tally();
  const lateMs: number[] = [];
  const startedMs = performance.now();
  const endMs = startedMs + seconds * 1000;
  let dueMs = startedMs;
  let sent = 0;
  await new Promise<void>((resolve) => {
    const sendWhatIsDue = () => {
      for (let nowMs = performance.now(); dueMs <= nowMs && dueMs < endMs; nowMs = performance.now()) {
        lateMs.push(nowMs - dueMs);
        tally.report(connections[sent++ % connections.length]);
        dueMs += (-Math.log(1 - Math.random()) * 1000) / rate;
      }
      if (dueMs >= endMs) return resolve();
      setTimeout(sendWhatIsDue, Math.max(1, dueMs - performance.now()));
    };
    sendWhatIsDue();
  });
  await tally.whenAnswered();
  return { ...tally.result(performance.now() - startedMs), lateP99Ms: percentile(lateMs, 0.99) };
}

/** Each client sends its next report as soon as the one before is answered. */
export async function saturatedLoad({ connections, seconds }: Load): Promise<LoadResult> {
  const tally = new Tally();
  const startedMs = performance.now();
  const endMs = startedMs + seconds * 1000;
  const again = (connection: ReportConnection) => () => {
    if (performance.now() < endMs) tally.report(connection, again(connection));
  };
  for (const connection of connections) again(connection)();
  await tally.whenAnswered();
  return { ...tally.result(performance.now() - startedMs), lateP99Ms: 0 };
}

class Tally {
  readonly #latenciesMs: number[] = [];
  #refused = 0;
  #open = 0;
  #whenNone: (() => void) | null = null;

  report(connection: ReportConnection | undefined, then?: () => void): void {
    if (!connection) throw new Error('There is no connection to report over.');
    this.#open += 1;
    connection.report((status, latencyMs) => {
      if (status === 201) {
        this.#latenciesMs.push(latencyMs);
        then?.();
      } else {
        this.#refused += 1;
      }
      this.#open -= 1;
      if (this.#open === 0) this.#whenNone?.();
    });
  }

  whenAnswered(): Promise<void> {
    return new Promise((resolve) => (this.#open === 0 ? resolve() : (this.#whenNone = resolve)));
  }

  result(tookMs: number): Omit<LoadResult, 'lateP99Ms'> {
    const [p50Ms, p99Ms, maxMs] = [0.5, 0.99, 1].map((share) => percentile(this.#latenciesMs, share)) as [
      number,
      number,
      number,
    ];
    return {
      answered: this.#latenciesMs.length,
      perSecond: Math.round(this.#latenciesMs.length / (tookMs / 1000)),
      p50Ms,
      p99Ms,
      maxMs,
      refused: this.#refused,
    };
  }
}
