import { randomBytes, randomUUID } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BackupRuns } from '../../../main/app/agents/backup-runs.ts';
import type { BackupRun } from '../../../main/app/agents/ports.ts';
import { RunLogUpload } from '../../../main/app/agents/run-log-upload.ts';
import { AppError } from '../../../main/app/errors/app-error.ts';
import { FolderLogFiles } from '../../../main/infra/log/log-files.ts';
import type { OpenCatalog } from '../../../main/infra/store/open-catalog.ts';
import { testCaller } from '../../support/api-server.ts';
import { openTestCatalog, scratchFolder } from '../../support/catalogs.ts';

type Step =
  /** A part at the right place, or `shift` bytes beside it; it may break off after `breakAfter` bytes. */
  | { readonly kind: 'part'; readonly length: number; readonly shift: number; readonly breakAfter: number | null }
  /** A whole new log. */
  | { readonly kind: 'whole'; readonly length: number; readonly breakAfter: number | null }
  /** The process dies: nothing of it is remembered but what is on the disk. */
  | { readonly kind: 'crash' };

const breakAfter = fc.option(fc.integer({ min: 0, max: 300_000 }));
const length = fc.oneof(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 300_000 }));
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('part'),
      length,
      breakAfter,
      shift: fc.constantFrom(0, 0, 0, 0, -1, 1, 70_000),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('whole'), length, breakAfter }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('crash') }) },
);

const CALLER = testCaller('admin', 'admin');
const metrics = { ingested: () => undefined, refused: () => undefined, logStored: () => undefined };
const NOISE = randomBytes(1_000_000);

test('whatever parts come and break off: the stored log is what was accepted, and no file is left over', async () => {
  const catalog = await openTestCatalog();
  const agentId = randomUUID();
  await catalog.write(({ agents }) => agents.insert({ ...agent(agentId) }));
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const folder = join(scratchFolder(), 'logs');
      const run = await insertRun(catalog, agentId);
      let expected = Buffer.alloc(0);
      let logFiles = new FolderLogFiles(folder);
      for (const [index, current] of steps.entries()) {
        if (current.kind === 'crash') {
          logFiles = new FolderLogFiles(folder);
          continue;
        }
        const bytes = NOISE.subarray(index * 7, index * 7 + current.length);
        const arrives = current.breakAfter === null ? bytes : bytes.subarray(0, current.breakAfter);
        const isBroken = current.breakAfter !== null;
        const offset = current.kind === 'whole' ? null : Math.max(0, expected.length + current.shift);
        const uploads = new RunLogUpload({ catalog, logFiles, metrics });
        const wish = { offset, lengthBytes: null, isComplete: true };
        const outcome = await uploads
          .receive(CALLER, agentId, run.id, wish, bodyOf(arrives, isBroken))
          .then(({ sizeBytes }) => sizeBytes, codeOf);
        if (offset !== null && offset !== expected.length) {
          expect(outcome).toBe('offset_mismatch');
        } else if (isBroken) {
          expect(outcome).toBe('invalid_request');
          // Only a part is kept, or a whole log where there was nothing.
          if (offset !== null || expected.length === 0) expected = Buffer.concat([expected, arrives]);
        } else {
          expected = offset === null ? bytes : Buffer.concat([expected, bytes]);
          expect(outcome).toBe(expected.length);
        }
        expect((await storedLog(catalog, logFiles, agentId, run.id)).equals(expected)).toBe(true);
      }
      const swept = await new FolderLogFiles(folder).sweep((ids) => catalog.read((s) => s.backupRuns.knownLogs(ids)));
      expect(swept.deletedCount).toBe(0);
    }),
    { numRuns: 40 },
  );
});

function agent(id: string) {
  const rest = { hostname: null, version: null, createdAt: new Date(0), lastHeartbeatAt: null };
  return { id, tenantId: 'default', name: id, ...rest };
}

async function insertRun(catalog: OpenCatalog, agentId: string): Promise<BackupRun> {
  const now = new Date(0);
  const times = { startTime: now, endTime: now, receivedAt: now, updatedAt: now, durationSeconds: 0 };
  const nothing = { snapshotId: null, errorMessage: null, log: null, fields: null };
  const ids = { tenantId: 'default', id: randomUUID(), agentId, policyId: randomUUID() };
  const run: BackupRun = { ...ids, taskType: 'backup', status: 'success', ...times, ...nothing };
  await catalog.write(({ backupRuns }) => backupRuns.save(run));
  return run;
}

async function* bodyOf(bytes: Buffer, isBroken: boolean): AsyncGenerator<Buffer> {
  for (let start = 0; start < bytes.length; start += 65_536) yield bytes.subarray(start, start + 65_536);
  if (isBroken) throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
}

function codeOf(error: unknown): string {
  if (error instanceof AppError) return error.code;
  throw error;
}

async function storedLog(
  catalog: OpenCatalog,
  logFiles: FolderLogFiles,
  agentId: string,
  runId: string,
): Promise<Buffer> {
  const runs = new BackupRuns({ catalog, logFiles });
  const reading = await runs
    .readLog(CALLER, agentId, runId, () => null)
    .catch((error: unknown) => {
      if (codeOf(error) === 'not_found') return null;
      throw error;
    });
  return reading ? buffer(reading.stream) : Buffer.alloc(0);
}
