import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import type { CustomExecutor } from '../../../main/infra/execution/custom-executor.ts';
import { bundled } from '../../support/bundle/bundle-folder.ts';
import { execution } from '../../support/execution.ts';

test('bundled as scripts/bundle.mjs does it, the executor finds its thread', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'guardit-custom-tasks-'));
  try {
    const code = 'export const run = (p) => { console.log("hi"); return p.a }';
    writeFileSync(join(folder, 'index.mjs'), code);
    const product = (await import(pathToFileURL(bundled('custom-executor.js')).href)) as {
      CustomExecutor: typeof CustomExecutor;
    };
    const { job, context, log } = execution('custom', { function: 'run', params: { a: 1 } });
    const outcome = await new product.CustomExecutor({ folder }).execute(job, context);
    expect(outcome).toEqual({ status: 'completed', result: 1 });
    expect(log.text).toBe('hi\n');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
