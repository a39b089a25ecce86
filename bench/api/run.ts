/**
 * How fast statuses are taken in: `npm run bench:api`. Beside the service runs a plain Koa handler that does one durable INSERT,
 * so that what the framework and the bookkeeping cost is visible, and the time of a flush of the same disk.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import autocannon from 'autocannon';
import { measureFlush } from './flush-time.ts';
import { reportOf, STEPS } from './reports.ts';
import { startGuardit, startPlainKoa, type BenchServer } from './servers.ts';
import { makeClients, steadyLoad } from './steady-load.ts';

const HELP = `npm run bench:api -- [options]

  --data FOLDER       where the catalogs lie: the disk that is measured (default: the system's temporary folder)
  --clients N         connections (default: 200)
  --rate N            posts a second of the second measurement, all clients together (default: 1000)
  --seconds N         of each measurement (default: 8)
  --guardit FILE      the program to measure (default: scripts/guardit, as users start it)
  --json              print JSON`;

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: tmpdir() },
    clients: { type: 'string', default: '200' },
    rate: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '8' },
    guardit: { type: 'string', default: fileURLToPath(new URL('../../scripts/guardit', import.meta.url)) },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const [clients, rate, seconds] = [Number(values.clients), Number(values.rate), Number(values.seconds)];

/** What may come on top of a flush, at the 99th percentile (issue: status intake). */
const ALLOWED_MS = 10;

interface Measured {
  readonly server: string;
  readonly load: string;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  readonly refused: number;
}

/** Each client sends its next report as soon as the one before is answered. */
async function saturate(server: BenchServer): Promise<Measured> {
  let made = 0;
  const result = await autocannon({
    url: `http://127.0.0.1:${server.port}`,
    connections: clients,
    duration: seconds,
    setupClient: (client) => {
      const task = made++ % clients;
      // Not all at the same step of their run.
      client.setRequests(Array.from({ length: STEPS }, (_, at) => reportOf(`task-${task}`, (task + at) % STEPS)));
    },
  });
  return {
    server: server.name,
    load: 'saturated',
    perSecond: Math.round(result['2xx'] / result.duration),
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
    maxMs: result.latency.max,
    refused: result.non2xx + result.errors + result.timeouts,
  };
}

async function main(): Promise<void> {
  if (values.help) return console.log(HELP);
  const folder = mkdtempSync(join(values.data, 'guardit-bench-api-'));
  try {
    const before = measureFlush(folder);
    const rows: Measured[] = [];
    for (const begin of [() => startPlainKoa(folder), () => startGuardit(values.guardit, folder, clients)]) {
      const server = await begin();
      const steady = makeClients(clients);
      try {
        // Compiled code and open connections: what comes after minutes, not what comes first.
        await steadyLoad(server.port, { clients: steady, rate: rate * 2, seconds });
        rows.push({
          server: server.name,
          load: `${rate}/s`,
          ...(await steadyLoad(server.port, { clients: steady, rate, seconds })),
        });
        rows.push(await saturate(server));
      } finally {
        for (const client of steady) client.destroy();
        await server.stop();
      }
    }
    const after = measureFlush(folder);
    say(rows, before, after);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function say(rows: readonly Measured[], before: { p50Ms: number; p99Ms: number }, after: { p99Ms: number }): void {
  const flushMs = Math.max(before.p99Ms, after.p99Ms);
  const limitMs = flushMs + ALLOWED_MS;
  const fixed = rows.find(({ server, load }) => server === 'guardit' && load !== 'saturated');
  const met = fixed !== undefined && fixed.refused === 0 && fixed.p99Ms < limitMs;
  if (values.json) return console.log(JSON.stringify({ flush: { before, after }, limitMs, met, rows }, null, 2));
  console.log(
    `${values.clients} clients; a flush of this disk: p50 ${before.p50Ms.toFixed(2)} ms, p99 ${flushMs.toFixed(2)} ms\n`,
  );
  console.log('| server    | load      | statuses/s | p50 ms | p99 ms | max ms | not 2xx |');
  console.log('| --------- | --------- | ---------: | -----: | -----: | -----: | ------: |');
  for (const { server, load, perSecond, p50Ms, p99Ms, maxMs, refused } of rows) {
    const numbers = [
      String(perSecond).padStart(10),
      ...[p50Ms, p99Ms, maxMs].map((ms) => String(Math.round(ms * 10) / 10).padStart(6)),
    ];
    console.log(
      `| ${server.padEnd(9)} | ${load.padEnd(9)} | ${numbers.join(' | ')} | ${String(refused).padStart(7)} |`,
    );
  }
  console.log(
    `\np99 at ${values.rate}/s below a flush plus ${ALLOWED_MS} ms (${limitMs.toFixed(1)} ms): ${met ? 'met' : 'NOT met'}`,
  );
}

await main();
