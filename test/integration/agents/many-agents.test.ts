import { randomUUID } from 'node:crypto';
import { Agent } from 'node:http';
import { expect, test } from 'vitest';
import { ask, enrol, result, type AnyBody, type EnrolledAgent } from '../../support/agent-service.ts';
import { scratchFolder } from '../../support/catalogs.ts';
import { startServiceProcess } from '../../support/service-process.ts';

const AGENTS = 50;
const RESULTS_EACH = 200;
const MIB = 1024 * 1024;
/** Node itself, the catalog's cache, and the bodies that may be in memory at once. */
const MEMORY_LIMIT_BYTES = 700 * MIB;

interface Sent {
  readonly taskId: string;
  readonly log: string;
}

test('50 agents post 10,000 results with logs at once: none is lost, none is doubled, memory is bounded', async () => {
  const service = await startServiceProcess(scratchFolder());
  const agents = await Promise.all(Array.from({ length: AGENTS }, () => enrol(service)));
  const connections = new Agent({ keepAlive: true, maxSockets: 100 });
  const sent = await Promise.all(agents.map((agent, index) => postAll(service.port, agent, index, connections)));
  for (const [index, agent] of agents.entries()) {
    const mine = sent[index] ?? [];
    const found = new Set<unknown>();
    const query = `/agents/${agent.id}/backup-runs?limit=1000`;
    const { body } = await ask<{ runs: AnyBody[]; total: number }>(
      service.port,
      'GET',
      query,
      { as: agent.key },
      connections,
    );
    for (const { id } of body.runs) found.add(id);
    expect([body.total, found.size]).toEqual([RESULTS_EACH, RESULTS_EACH]);
    const missing = mine.filter(({ taskId }) => !found.has(taskId));
    expect(missing).toEqual([]);
    // Every log of one agent in ten: reading is not what is proved here.
    for (const { taskId, log } of index % 10 === 0 ? mine : mine.slice(0, 1)) {
      const url = `/agents/${agent.id}/backup-runs/${taskId}/log`;
      const answer = await ask(service.port, 'GET', url, { as: agent.key }, connections);
      expect(answer.bytes.toString() === log).toBe(true);
    }
  }
  connections.destroy();
  expect(service.peakBytes()).toBeLessThan(MEMORY_LIMIT_BYTES);
}, 180_000);

/** Several at once, each one sent again now and then as if its answer had been lost. */
async function postAll(port: number, agent: EnrolledAgent, index: number, connections: Agent): Promise<Sent[]> {
  const url = `/agents/${agent.id}/task-results`;
  const sent: Sent[] = [];
  const worker = async (own: number) => {
    for (let number = own; number < RESULTS_EACH; number += 4) {
      const log = logOf(index, number);
      const body = result({ taskId: randomUUID(), log });
      for (let times = number % 10 === 0 ? 2 : 1; times > 0; times--) {
        const answer = await ask(port, 'POST', url, { as: agent.key, body }, connections);
        expect([answer.status, answer.body]).toEqual([200, { status: 'ok' }]);
      }
      sent.push({ taskId: body.taskId, log });
    }
  };
  await Promise.all([0, 1, 2, 3].map(worker));
  return sent;
}

/** Mostly a few kilobytes; one of each agent has five megabytes, and all of these come at the same time. */
function logOf(agent: number, number: number): string {
  const line = `agent ${agent}, result ${number}: everything went well\n`;
  return line.repeat(number === 100 ? Math.ceil((5 * MIB) / line.length) : 20 + (number % 50));
}
