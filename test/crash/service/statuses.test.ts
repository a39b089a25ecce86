import { Agent } from 'node:http';
import { expect, test } from 'vitest';
import { openCatalog } from '../../../main/infra/store/open-catalog.ts';
import { ask } from '../../support/agent-service.ts';
import { bundled } from '../../support/bundle/bundle-folder.ts';
import { scratchFolder, StoppedClock } from '../../support/catalogs.ts';
import { NODE, start } from '../../support/processes.ts';

const GUARDIT = bundled('guardit.js');
const POSTS = 10_000;
const CLIENTS = 100;
const KILLS = 3;
const TASKS = 20;

async function serve(folder: string) {
  const process = start(NODE, [GUARDIT, 'serve', '--port', '0', '--data-dir', folder, '--log-level', 'error']);
  await process.saying('\n');
  const [, port] = /^GuardIT listens at \S+:(\d+)$/m.exec(process.said()) ?? [];
  if (port === undefined) throw new Error(`The service said: ${process.said()}`);
  return { process, port: Number(port) };
}

/** Posts until all numbers are used up or the service is gone. A post counts when its answer has come. */
async function postAll(port: number, next: () => number | null, acknowledged: Set<string>): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });
  const client = async () => {
    for (let number = next(); number !== null; number = next()) {
      const message = `post-${number}`;
      const status = number % 10 === 9 ? 'completed' : 'running';
      try {
        const answer = await ask(
          port,
          'POST',
          `/api/status/task-${number % TASKS}`,
          { body: { status, message } },
          agent,
        );
        if (answer.status === 201) acknowledged.add(message);
        else if (answer.status !== 429) throw new Error(`A post was answered with ${answer.status}.`);
      } catch (error) {
        if (error instanceof Error && 'code' in error) return;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  agent.destroy();
}

test(
  'kill -9 under load: each acknowledged status is in the history, and figures agree with the runs',
  { timeout: 120_000 },
  async () => {
    const folder = scratchFolder();
    const acknowledged = new Set<string>();
    let number = 0;
    for (let round = 0; round <= KILLS; round++) {
      const { process, port } = await serve(folder);
      if (round === 0) {
        for (let task = 0; task < TASKS; task++) {
          const body = { taskId: `task-${task}`, displayName: 'A task', taskType: 'database' };
          expect((await ask(port, 'POST', '/api/tasks/register', { body })).status).toBe(201);
        }
      }
      const last = Math.floor((POSTS * (round + 1)) / (KILLS + 1));
      // Dies somewhere in its share of the posts; the last round is left in peace.
      const dieAt = round === KILLS ? Infinity : number + Math.floor(Math.random() * (last - number));
      const next = () => {
        if (number === dieAt) process.child.kill('SIGKILL');
        return number < last ? number++ : null;
      };
      await postAll(port, next, acknowledged);
      process.child.kill(round === KILLS ? 'SIGTERM' : 'SIGKILL');
      const { signal, code, stderr } = await process.result;
      if (round === KILLS) expect(code, stderr).toBe(0);
      else expect(signal).toBe('SIGKILL');
    }
    expect(acknowledged.size).toBeGreaterThan(POSTS / 2);

    const catalog = await openCatalog({ folder, clock: new StoppedClock() });
    expect(catalog.recovered).toBeNull();
    const missing = new Set(acknowledged);
    await catalog.read(async ({ statuses, tasks }) => {
      for (const { id } of await tasks.list({ visibleTo: { all: true } })) {
        const reports = await statuses.history({ task: id }, { limit: POSTS, offset: 0 });
        for (const { message } of reports) missing.delete(message ?? '');
        const totals = await statuses.totals(id);
        expect(totals).toEqual(await statuses.totalsBetween(id, 0, Number.MAX_SAFE_INTEGER));
        expect(totals.total).toBeLessThanOrEqual(reports.filter(({ status }) => status === 'completed').length);
      }
    });
    expect([...missing]).toEqual([]);
    expect(await catalog.checkIntegrity('full')).toEqual([]);
    await catalog.close();
  },
);
