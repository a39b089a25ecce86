import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runService, type RunningService } from '../../support/running-service.ts';
import { writeFilesIn } from '../../support/source-files.ts';
import { curlRequests, namedEndpoints, readSeed, type SeedName } from '../../support/seed-documents.ts';
import type { SeedRow } from './seed-row.ts';
import { endpointOf, SEED_TABLE } from './seed-table.ts';

/** Sends a row's request as the seed writes it: port, token and what earlier answers gave aside. */
async function send(service: RunningService, seed: SeedName, row: SeedRow, kept: Record<string, string>) {
  const written = row.curl === undefined ? undefined : curlRequests(readSeed(seed))[row.curl];
  const path = (written?.path ?? row.path ?? '').replaceAll(/:(\w+)|TASK_ID/g, (text, name: string | undefined) => {
    return encodeURIComponent(kept[name ?? text] ?? text);
  });
  const body = written ? written.body : bodyOf(row, kept);
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

function bodyOf({ body }: SeedRow, kept: Readonly<Record<string, string>>): string | undefined {
  const made: unknown = typeof body === 'function' ? (body as (kept: unknown) => unknown)(kept) : body;
  return typeof made === 'string' ? made : JSON.stringify(made);
}

function fieldOf(value: unknown, field: string): unknown {
  return field.split('.').reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], value);
}

/** As `send`, again and again where the row waits for something. */
async function sendUntil(service: RunningService, seed: SeedName, row: SeedRow, kept: Record<string, string>) {
  for (;;) {
    const answer = await send(service, seed, row, kept);
    const { status } = Object(answer.body) as { status?: unknown };
    if (row.until === undefined || answer.status !== row.status || status === row.until) return answer;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe.each(Object.entries(SEED_TABLE) as [SeedName, readonly SeedRow[]][])(
  'seed %s',
  { timeout: 300_000 },
  (seed, rows) => {
    let service: RunningService;
    const scratch = mkdtempSync(join(tmpdir(), 'guardit-seeds-'));
    const kept: Record<string, string> = { scratch };

    beforeAll(async () => {
      writeFilesIn(join(scratch, 'source'), { 'notes.txt': 'What is to be saved.' });
      service = await runService();
    });
    afterAll(async () => {
      await service.stop();
      rmSync(scratch, { recursive: true, force: true });
    });

    it.each(rows.map((row) => [row.about, row] as const))('%s', async (_about, row) => {
      const answer = await sendUntil(service, seed, row, kept);
      expect(answer.status, answer.text).toBe(row.status);
      if (row.answer !== undefined) {
        if (row.whole) expect(answer.body).toEqual(row.answer);
        else if (Array.isArray(row.answer) || !('asymmetricMatch' in Object(row.answer)))
          expect(answer.body).toMatchObject(row.answer as object);
        else expect(answer.body).toEqual(row.answer);
      }
      for (const [name, field] of Object.entries(row.keep ?? {})) {
        kept[name] = String(fieldOf(answer.body, field));
      }
    });

    it('has a row for every curl command and every endpoint that it names', () => {
      const text = readSeed(seed);
      const commands = curlRequests(text);
      const run = new Set(rows.flatMap(({ curl, covers }) => curl ?? covers ?? []));
      expect([...commands.keys()].filter((number) => !run.has(number))).toEqual([]);
      const covered = rows.map((row) => endpointOf(seed, row));
      expect(namedEndpoints(text).filter((endpoint) => !covered.includes(endpoint))).toEqual([]);
      expect(namedEndpoints(text).length + commands.length).toBeGreaterThan(3);
    });
  },
);
