import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { percentile } from './percentile.ts';
import { reportOf, STEPS } from './reports.ts';

export interface SteadyResult {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  readonly refused: number;
}

/** Each keeps one connection, from its first report until it is destroyed. */
export function makeClients(count: number): Agent[] {
  return Array.from({ length: count }, () => new Agent({ keepAlive: true, maxSockets: 1 }));
}

/**
 * Clients that report at moments of their own, as scripts do: arrivals are random (Poisson), whether earlier reports were
 * answered or not; a client whose last report is still open queues the next one, and that counts. autocannon sends the reports of all
 * connections at the same tick instead: then most of what is measured is the queue of 200 requests that it makes itself.
 */
export async function steadyLoad(
  port: number,
  { clients, rate, seconds }: { readonly clients: readonly Agent[]; readonly rate: number; readonly seconds: number },
): Promise<SteadyResult> {
  const latencies: number[] = [];
  let refused = 0;
  const waiting: Promise<void>[] = [];
  const startedMs = performance.now();
  const endMs = startedMs + seconds * 1000;
  let dueMs = startedMs;
  for (let number = 0; dueMs < endMs; number++) {
    const nowMs = performance.now();
    if (dueMs > nowMs) await pause(Math.ceil(dueMs - nowMs));
    const client = number % clients.length;
    const agent = clients[client];
    // A timer of Node may be a millisecond late: that is the generator's doing, not the server's.
    const sentMs = performance.now();
    const step = (client + Math.floor(number / clients.length)) % STEPS;
    waiting.push(
      post(port, agent, client, step).then((status) => {
        if (status === 201) latencies.push(performance.now() - sentMs);
        else refused++;
      }),
    );
    dueMs += (-Math.log(1 - Math.random()) * 1000) / rate;
  }
  await Promise.all(waiting);
  const perSecond = Math.round(latencies.length / ((performance.now() - startedMs) / 1000));
  const [p50Ms, p99Ms] = [percentile(latencies, 0.5), percentile(latencies, 0.99)];
  return { perSecond, p50Ms, p99Ms, maxMs: percentile(latencies, 1), refused };
}

function post(port: number, agent: Agent | undefined, client: number, step: number): Promise<number> {
  const { body, ...head } = reportOf(`task-${client}`, step);
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, ...(agent && { agent }), ...head }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
