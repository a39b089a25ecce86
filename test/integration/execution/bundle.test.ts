import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import type { CustomExecutor } from '../../../main/infra/execution/custom-executor.ts';
import { execution } from '../../support/execution.ts';

const ROOM = fileURLToPath(new URL('../../../main/infra/execution/', import.meta.url));
const CACHE = fileURLToPath(new URL('../../../node_modules/.cache/', import.meta.url));

test('bundled as scripts/build.mjs does it, the executor finds its thread', async () => {
  mkdirSync(CACHE, { recursive: true });
  const folder = mkdtempSync(join(CACHE, 'custom-bundle-'));
  try {
    await build({
      entryPoints: [
        { in: join(ROOM, 'custom-executor.ts'), out: 'executor' },
        { in: join(ROOM, 'custom-worker.ts'), out: 'worker-custom' },
      ],
      outdir: join(folder, 'dist'),
      bundle: true,
      platform: 'node',
      target: 'node22.15',
      format: 'esm',
      splitting: true,
      minifySyntax: true,
    });
    mkdirSync(join(folder, 'custom-tasks'));
    writeFileSync(
      join(folder, 'custom-tasks', 'index.mjs'),
      'export const run = (p) => { console.log("hi"); return p.a }',
    );
    const bundled = (await import(pathToFileURL(join(folder, 'dist', 'executor.js')).href)) as {
      CustomExecutor: typeof CustomExecutor;
    };
    const { job, context, log } = execution('custom', { function: 'run', params: { a: 1 } });
    const outcome = await new bundled.CustomExecutor({ folder: join(folder, 'custom-tasks') }).execute(job, context);
    expect(outcome).toEqual({ status: 'completed', result: 1 });
    expect(log.text).toBe('hi\n');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
