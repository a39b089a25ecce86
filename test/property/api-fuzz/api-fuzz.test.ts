import type { ValidateFunction } from 'ajv/dist/2020.js';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FuzzClient, type FuzzAnswer } from '../../support/fuzz/fuzz-client.ts';
import { operationsOf, requestsTo, type PlacedOperation } from '../../support/fuzz/requests.ts';
import { resolved, schemaCompiler, type ApiDocument, type JsonObject } from '../../support/openapi.ts';
import { runService, type RunningService } from '../../support/running-service.ts';

/** One seed finds again what it has found; the other one looks elsewhere each time. `FUZZ_SEED` repeats it. */
const FIXED_SEED = 20_260_115;
const RANDOM_SEED = Number(process.env['FUZZ_SEED'] ?? Date.now() % 2 ** 31);
/** `FUZZ_RUNS` makes it longer. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 16);

/** A server may be full, or so busy that it says so. Everything else from 500 on is a defect. */
const HONEST_FAILURES = [503, 507];
/** They are about the login of a user; the fuzzer comes with keys. */
const ABOUT_LOGINS = ['logIn', 'logOut', 'changePassword', 'endWebSession', 'setUp'];
/** What it sends must begin where the log ends. */
const SELDOM_FITS = ['putBackupRunLog'];
/** They want a moment or a choice that chance seldom meets, and are tested in test/integration/{backups,restores,alerts,repositories}. */
const WANTS_A_MOMENT = [
  ...['createBackups', 'deleteBackup', 'cancelBackup', 'dismissAnomaly', 'createRestore', 'cancelRestore'],
  ...['getAlert', 'acknowledgeAlert', 'connectRepository', 'createTarget'],
];

let service: RunningService;
let client: FuzzClient | undefined;
let document: ApiDocument;
let compile: (schema: JsonObject) => ValidateFunction;
const validators = new Map<string, ValidateFunction>();
const statuses = new Map<string, Map<number, number>>();

beforeAll(async () => {
  service = await runService();
  document = (await (await fetch(`${service.url}/openapi.json`)).json()) as ApiDocument;
  compile = schemaCompiler(document);
  client = await FuzzClient.create(service);
  process.stdout.write(`API fuzz: FUZZ_SEED=${RANDOM_SEED}\n`);
}, 60_000);
afterAll(async () => {
  client?.close();
  await service.stop();
});

function opened(): FuzzClient {
  if (!client) throw new Error('There is no client yet.');
  return client;
}

/** A parameter may make a path that is another operation's: `/api/tasks/stats`. */
function answeredBy(placed: PlacedOperation, path: string): PlacedOperation {
  const operation = document.paths[path]?.[placed.method.toLowerCase()];
  return operation ? { ...placed, path, operation } : placed;
}

/** What is wrong with an answer; empty for nothing. */
function defectsOf({ operation }: PlacedOperation, { status, headers, text }: FuzzAnswer): string[] {
  const defects: string[] = [];
  if (status >= 500 && !HONEST_FAILURES.includes(status)) defects.push(`a failure: ${status}`);
  if (/\\n\s+at |\bat \S+ \(.*:\d+:\d+\)|node_modules|\.[jt]s:\d+:\d+/.test(text)) defects.push('a stack trace');
  if (text.includes(service.adminToken)) defects.push("the admin's token");
  const documented = operation.responses[status];
  if (!documented) return [...defects, `${status} is not documented`];
  const contents = resolved(document, documented).content ?? {};
  const types = Object.keys(contents);
  if (types.length === 0) {
    if (text !== '') defects.push('a body where none is documented');
    return defects;
  }
  const given = (headers['content-type'] ?? '').split(';')[0];
  const type = types.find((documented) => documented.split(';')[0] === given);
  const content = contents[type ?? ''];
  if (type === undefined) defects.push(`the type ${given} instead of ${types.join(' or ')}`);
  else if (type === 'application/json' && content?.schema) {
    const key = `${operation.operationId} ${status}`;
    const check = validators.get(key) ?? compile(content.schema);
    validators.set(key, check);
    if (!check(JSON.parse(text)))
      defects.push(`a body that breaks its schema: ${JSON.stringify(check.errors?.slice(0, 3))}`);
  }
  return defects;
}

async function fuzz(placed: PlacedOperation, seed: number): Promise<void> {
  const property = fc.asyncProperty(requestsTo(document, placed), async (request) => {
    const answer = await opened().send(request);
    const owner = answeredBy(placed, answer.path);
    const counts = statuses.get(owner.operation.operationId) ?? new Map<number, number>();
    statuses.set(owner.operation.operationId, counts.set(answer.status, (counts.get(answer.status) ?? 0) + 1));
    const defects = defectsOf(owner, answer);
    if (defects.length > 0) {
      throw new Error(`${request.method} ${answer.path} gave ${defects.join(', ')}:\n${answer.text.slice(0, 1_000)}`);
    }
  });
  await opened().furnish(placed.path);
  await fc.assert(property, { seed, numRuns: RUNS, endOnFailure: true });
}

describe('every operation of the document keeps its promises, whatever it is asked', () => {
  // Interleaved by rounds: what one operation makes, others find.
  it.each([
    ['the first time', FIXED_SEED],
    ['when there is something', FIXED_SEED + 1],
    ['somewhere else each time', RANDOM_SEED],
  ])(
    '%s',
    async (_name, seed) => {
      const failures: unknown[] = [];
      for (const placed of operationsOf(document))
        await fuzz(placed, seed).catch((error: unknown) => failures.push(error));
      if (failures.length > 0) throw new AggregateError(failures, failures.map(String).join('\n\n'));
    },
    10 * 60_000,
  );

  it('was thousands of requests, and every operation has done its work among them', () => {
    const total = [...statuses.values()]
      .flatMap((counts) => [...counts.values()])
      .reduce((sum, count) => sum + count, 0);
    const table = [...statuses].map(
      ([id, counts]) =>
        `${id}: ${[...counts]
          .sort()
          .map(([s, n]) => `${s}×${n}`)
          .join(' ')}`,
    );
    process.stdout.write(`API fuzz: ${total} requests\n${table.join('\n')}\n`);
    expect(total).toBeGreaterThanOrEqual(operationsOf(document).length * RUNS * 3);
    const idle = operationsOf(document)
      .map(({ operation }) => operation.operationId)
      .filter((id) => ![...(statuses.get(id)?.keys() ?? [])].some((status) => status < 400));
    expect(idle.filter((id) => ![...ABOUT_LOGINS, ...SELDOM_FITS, ...WANTS_A_MOMENT].includes(id))).toEqual([]);
  });

  it('left nothing in the log that nobody foresaw, and a service that works', async () => {
    expect(service.errors).toEqual([]);
    expect((await fetch(`${service.url}/health`)).status).toBe(200);
  });
});
