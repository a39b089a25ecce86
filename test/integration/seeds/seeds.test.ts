import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runService, type RunningService } from '../../support/running-service.ts';
import { curlRequests, namedEndpoints, readSeed, type SeedName } from '../../support/seed-documents.ts';
import type { SeedRow } from './seed-row.ts';
import { endpointOf, SEED_TABLE } from './seed-table.ts';

/** Sends a row's request as the seed writes it: port, token and what earlier answers gave aside. */
async function send(service: RunningService, seed: SeedName, row: SeedRow, kept: Record<string, string>) {
  const written = row.curl === undefined ? undefined : curlRequests(readSeed(seed))[row.curl];
  const path = (written?.path ?? row.path ?? '').replaceAll(/:(\w+)|TASK_ID/g, (text, name: string | undefined) => {
    return encodeURIComponent(kept[name ?? text] ?? text);
  });
  const body = written ? written.body : typeof row.body === 'string' ? row.body : JSON.stringify(row.body);
  const headers: Record<string, string> = { ...written?.headers };
  delete headers['authorization'];
  if (body !== undefined) headers['content-type'] ??= 'application/json';
  if (row.as === 'admin') headers['authorization'] = `Bearer ${service.adminToken}`;
  if (row.as === 'agent') headers['authorization'] = `Bearer ${kept['agentKey'] ?? ''}`;
  const init = { method: written?.method ?? row.method ?? 'GET', headers, ...(body === undefined ? {} : { body }) };
  const answer = await fetch(`${service.url.replace('127.0.0.1', 'localhost')}${path}`, init);
  const text = await answer.text();
  return { status: answer.status, text, body: (text === '' ? undefined : JSON.parse(text)) as unknown };
}

describe.each(Object.entries(SEED_TABLE) as [SeedName, readonly SeedRow[]][])('seed %s', (seed, rows) => {
  let service: RunningService;
  const kept: Record<string, string> = {};

  beforeAll(async () => {
    service = await runService();
  });
  afterAll(() => service.stop());

  it.each(rows.map((row) => [row.about, row] as const))('%s', async (_about, row) => {
    const answer = await send(service, seed, row, kept);
    expect(answer.status, answer.text).toBe(row.status);
    if (row.answer !== undefined) {
      if (row.whole) expect(answer.body).toEqual(row.answer);
      else if (Array.isArray(row.answer) || !('asymmetricMatch' in Object(row.answer)))
        expect(answer.body).toMatchObject(row.answer as object);
      else expect(answer.body).toEqual(row.answer);
    }
    for (const [name, field] of Object.entries(row.keep ?? {})) {
      kept[name] = String((answer.body as Record<string, unknown>)[field]);
    }
  });

  it('has a row for every curl command and every endpoint that it names', () => {
    const text = readSeed(seed);
    const commands = curlRequests(text);
    const run = new Set(rows.flatMap(({ curl }) => (curl === undefined ? [] : [curl])));
    expect([...commands.keys()].filter((number) => !run.has(number))).toEqual([]);
    const covered = rows.map((row) => endpointOf(seed, row));
    expect(namedEndpoints(text).filter((endpoint) => !covered.includes(endpoint))).toEqual([]);
    expect(namedEndpoints(text).length).toBeGreaterThan(4);
  });
});
