/**
 * How fast statuses are taken in: `npm run bench:api`. Beside the service run a plain Koa handler that does one durable INSERT, so that
 * what the framework and the bookkeeping cost is visible, and a bare HTTP server that keeps nothing, so that it is visible what the
 * machine and the load generator take of it. Warm: what comes after minutes, not what comes first.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { measureFlush } from './flush-time.ts';
import { cpuSecondsOf, foreignShare, readCpu } from './cpu-time.ts';
import { saturatedLoad, steadyLoad, type LoadResult } from './loads.ts';
import { ReportConnection } from './report-connection.ts';
import { ALLOWED_MS, judge, QUIET_CORES, showRounds, type Round } from './rounds.ts';
import { startBareHttp, startGuardit, startPlainKoa, type BenchServer } from './servers.ts';

const HELP = `npm run bench:api -- [options]

  --data FOLDER       where the catalogs lie: the disk that is measured (default: the system's temporary folder)
  --clients N         connections (default: 200)
  --rate N            reports a second at the fixed load, all clients together (default: 1000)
  --rounds N          in each of them every server is measured once at the fixed load (default: 5)
  --seconds N         of each measurement (default: 5)
  --warm-up N         seconds of the fixed load before the first one, each server (default: 20)
  --guardit FILE      the program to measure (default: scripts/guardit, as users start it)
  --json              print JSON`;

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: tmpdir() },
    clients: { type: 'string', default: '200' },
    rate: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '5' },
    'warm-up': { type: 'string', default: '20' },
    guardit: { type: 'string', default: fileURLToPath(new URL('../../scripts/guardit', import.meta.url)) },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const [clients, rate, rounds, seconds] = [values.clients, values.rate, values.rounds, values.seconds].map(Number) as [
  number,
  number,
  number,
  number,
];

async function main(): Promise<void> {
  if (values.help) return console.log(HELP);
  const folder = mkdtempSync(join(values.data, 'guardit-bench-api-'));
  const servers: BenchServer[] = [];
  try {
    for (const start of [
      startBareHttp,
      () => startPlainKoa(folder),
      () => startGuardit(values.guardit, folder, clients),
    ]) {
      servers.push(await start());
    }
    for (const server of servers) {
      await overConnections(server, (connections) =>
        steadyLoad({ connections, rate, seconds: Number(values['warm-up']) }),
      );
    }
    const steady: Round[] = [];
    for (let round = 1; round <= rounds; round++) {
      const flush = measureFlush(folder);
      for (const server of servers) {
        const measured = await measure(server, (connections) => steadyLoad({ connections, rate, seconds }));
        steady.push({ load: `${rate}/s`, round, flush, ...measured });
      }
    }
    const flush = measureFlush(folder);
    const saturated: Round[] = [];
    for (const server of servers) {
      const measured = await measure(server, (connections) => saturatedLoad({ connections, seconds }));
      saturated.push({ load: 'saturated', round: 1, flush, ...measured });
    }
    say(steady, saturated);
  } finally {
    for (const server of servers) await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Opens the clients' connections before the load, one after the other: a server of Node accepts one in each turn of its loop, and
 * the last of 200 that come at once under a saturated load would wait for a second.
 */
async function overConnections<T>(
  { port }: BenchServer,
  load: (connections: readonly ReportConnection[]) => Promise<T>,
): Promise<T> {
  const connections: ReportConnection[] = [];
  try {
    for (let client = 0; client < clients; client++) connections.push(await ReportConnection.open(port, client));
    return await load(connections);
  } finally {
    for (const connection of connections) connection.close();
  }
}

async function measure(
  server: BenchServer,
  load: (connections: readonly ReportConnection[]) => Promise<LoadResult>,
): Promise<Omit<Round, 'load' | 'round' | 'flush'>> {
  return overConnections(server, async (connections) => {
    const before = readCpu([server.pid]);
    const cpuBefore = cpuSecondsOf(server.pid);
    const result = await load(connections);
    const cpuAfter = cpuSecondsOf(server.pid);
    const cpuSeconds = cpuBefore === null || cpuAfter === null ? Number.NaN : cpuAfter - cpuBefore;
    return {
      server: server.name,
      ...result,
      cpuUsEach: (cpuSeconds * 1e6) / result.answered,
      foreign: foreignShare(before, readCpu([server.pid])),
    };
  });
}

function say(steady: readonly Round[], saturated: readonly Round[]): void {
  const verdict = judge(steady.filter(({ server }) => server === 'guardit'));
  if (values.json) return console.log(JSON.stringify({ verdict, steady, saturated }, null, 2));
  console.log(`${clients} clients, ${seconds} seconds a measurement\n`);
  console.log(showRounds([...steady, ...saturated]));
  const { p99Ms, lowestMs, highestMs, limitMs, met, roundsBelow, foreign } = verdict;
  console.log(
    `\nguardit's p99 at ${rate}/s: median ${p99Ms.toFixed(1)} ms (${lowestMs.toFixed(1)} to ${highestMs.toFixed(1)}); ` +
      `a flush's p99 plus ${ALLOWED_MS} ms is ${limitMs.toFixed(1)} ms: ${met ? 'met' : 'NOT met'}, ` +
      `in ${roundsBelow} of ${rounds} rounds`,
  );
  if (foreign > QUIET_CORES) {
    console.log(`Other programs took ${foreign.toFixed(2)} of a core meanwhile: this says little about the server.`);
  }
}

await main();
