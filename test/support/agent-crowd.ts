import { randomUUID } from 'node:crypto';
import { Agent } from 'node:http';
import { expect } from 'vitest';
import { ask, enrol, result, type AnyBody, type EnrolledAgent } from './agent-service.ts';
import type { ServiceProcess } from './service-process.ts';

const MIB = 1024 * 1024;

interface Sent {
  readonly taskId: string;
  readonly log: string;
}

export interface Crowd {
  readonly agents: number;
  readonly resultsEach: number;
  /** How many of the agents have one log of five megabytes, all at the same time. */
  readonly withLongLog: number;
}

/** Many agents post their results with logs, all at once. None may be lost, none doubled, and every log is as it was sent. */
export async function expectAllKept(
  service: ServiceProcess,
  { agents: count, resultsEach, withLongLog }: Crowd,
): Promise<void> {
  const agents = await Promise.all(Array.from({ length: count }, () => enrol(service)));
  const connections = new Agent({ keepAlive: true, maxSockets: 100 });
  const sent = await Promise.all(
    agents.map((agent, index) =>
      postAll({ port: service.port, agent, index, resultsEach, hasLongLog: index < withLongLog, connections }),
    ),
  );
  for (const [index, agent] of agents.entries()) {
    const mine = sent[index] ?? [];
    const query = `/agents/${agent.id}/backup-runs?limit=1000`;
    type Page = { runs: AnyBody[]; total: number };
    const { body } = await ask<Page>(service.port, 'GET', query, { as: agent.key }, connections);
    const found = new Set<unknown>(body.runs.map(({ id }) => id));
    expect([body.total, found.size]).toEqual([resultsEach, resultsEach]);
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
}

interface Posting {
  readonly port: number;
  readonly agent: EnrolledAgent;
  readonly index: number;
  readonly resultsEach: number;
  readonly hasLongLog: boolean;
  readonly connections: Agent;
}

/** Several at once, each one sent again now and then as if its answer had been lost. */
async function postAll({ port, agent, index, resultsEach, hasLongLog, connections }: Posting): Promise<Sent[]> {
  const url = `/agents/${agent.id}/task-results`;
  const sent: Sent[] = [];
  const worker = async (own: number) => {
    for (let number = own; number < resultsEach; number += 4) {
      const log = logOf(index, number, hasLongLog && number === resultsEach / 2);
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

/** A few kilobytes, or five megabytes. */
function logOf(agent: number, number: number, isLong: boolean): string {
  const line = `agent ${agent}, result ${number}: everything went well\n`;
  return line.repeat(isLong ? Math.ceil((5 * MIB) / line.length) : 20 + (number % 50));
}
