import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const FIXTURES = fileURLToPath(new URL('fixtures/closing-line', import.meta.url));
const VITEST = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');

/** Runs the sample files named, as `npm test` would, and keeps what a script sees of it. */
function run(samples: readonly string[], ci: boolean): Promise<{ exitCode: number; lines: string[] }> {
  const env: NodeJS.ProcessEnv = { ...process.env, NO_COLOR: '1', CI: ci ? 'true' : '' };
  // This process is a test worker itself; its children must not believe that they are.
  for (const name of Object.keys(env)) if (name.startsWith('VITEST')) delete env[name];
  const args = [VITEST, 'run', '--config', join(FIXTURES, 'vitest.config.ts'), ...samples];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { env, cwd: FIXTURES }, (error, stdout) => {
      const exitCode = typeof error?.code === 'number' ? error.code : 0;
      resolve({ exitCode, lines: stdout.split('\n') });
    });
  });
}

describe('the closing line', () => {
  test('counts what passed, and tests run on Node 24', async () => {
    const { exitCode, lines } = await run(['passes'], true);
    expect(lines.slice(-2)).toEqual(['2 passed, 0 failed', '']);
    expect(exitCode).toBe(0);
  });

  test('counts failed tests and files that cannot be loaded', async () => {
    const { exitCode, lines } = await run(['passes', 'fails', 'breaks'], false);
    expect(lines.slice(-2)).toEqual(['2 passed, 2 failed', '']);
    expect(exitCode).toBe(1);
  });

  test('names a skipped test and lets it pass on a developer machine', async () => {
    const { exitCode, lines } = await run(['passes', 'skips'], false);
    expect(lines).toContain('skipped: skips.sample.ts > needs a tool that is not here');
    expect(lines.slice(-2)).toEqual(['2 passed, 0 failed, 1 skipped', '']);
    expect(exitCode).toBe(0);
  });

  test('makes a skipped test fail the run under CI', async () => {
    const { exitCode, lines } = await run(['passes', 'skips'], true);
    expect(lines).toContain('skipped: skips.sample.ts > needs a tool that is not here');
    expect(lines.slice(-2)).toEqual(['2 passed, 0 failed, 1 skipped', '']);
    expect(exitCode).toBe(1);
  });

  test('does not call it a success when nothing ran', async () => {
    const { exitCode, lines } = await run(['nothing-is-called-so'], false);
    expect(lines.slice(-2)).toEqual(['0 passed, 1 failed', '']);
    expect(exitCode).toBe(1);
  });
});
