import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ScriptExecutor } from '../../../main/infra/execution/script-executor.ts';
import { FolderLogFiles } from '../../../main/infra/log/log-files.ts';
import { execution } from '../../support/execution.ts';
import { NODE } from '../../support/processes.ts';

const PIECE_BYTES = 1_000_000;
const PIECES = 1000;

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'guardit-gigabyte-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('1 GB of output is in the log byte for byte, and little of it was ever in memory', async () => {
  const logs = new FolderLogFiles(join(folder, 'logs'));
  const logId = await logs.create();
  const log = await logs.append(logId);
  // Each piece is another one, so that none can be lost or doubled unseen.
  const code = `const piece = Buffer.alloc(${PIECE_BYTES});
    for (let i = 0; i < ${PIECES}; i++) { piece.fill('piece ' + i + '\\n'); require('fs').writeSync(1, piece) === piece.length || process.exit(9) }`;
  const { job, context } = execution('script', { command: NODE, args: ['-e', code] }, { log });
  const before = process.memoryUsage.rss();
  let peak = 0;
  const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 20);
  const outcome = await new ScriptExecutor({ defaultFolder: folder }).execute(job, context);
  clearInterval(watch);
  expect(outcome).toMatchObject({ status: 'completed', result: { output_bytes: PIECE_BYTES * PIECES } });
  expect(outcome.logIncomplete).toBeUndefined();
  expect(await log.seal()).toBe(PIECE_BYTES * PIECES);
  expect(peak - before).toBeLessThan(150 << 20);

  const expected = createHash('sha256');
  for (let i = 0; i < PIECES; i++) expected.update(Buffer.alloc(PIECE_BYTES, `piece ${i}\n`));
  const stored = createHash('sha256');
  await pipeline((await logs.read(logId)).stream, stored);
  expect(stored.digest('hex')).toBe(expected.digest('hex'));
});
