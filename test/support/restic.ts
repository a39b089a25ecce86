import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'vitest';

/** True where a real `restic` is installed; tests that need it are reported as skipped by name elsewhere. */
export const hasRestic = spawnSync('restic', ['version']).status === 0;

export const describeWithRestic = describe.skipIf(!hasRestic);

export interface ResticOptions {
  readonly password?: string;
  readonly cwd?: string;
  readonly input?: Buffer | string;
  readonly env?: Readonly<Record<string, string>>;
  /** Resolve whatever the exit code; otherwise a code other than 0 rejects with restic's stderr. */
  readonly anyExit?: boolean;
}

export interface ResticResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the real restic on `repository`, without its cache so that it reads what we wrote. */
export function restic(
  repository: string,
  args: readonly string[],
  options: ResticOptions = {},
): Promise<ResticResult> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, RESTIC_PASSWORD: options.password ?? 'password', ...options.env };
    const settings = { env, cwd: options.cwd, maxBuffer: 512 * 1024 * 1024 };
    const child = execFile('restic', ['-r', repository, '--no-cache', ...args], settings, (error, stdout, stderr) => {
      const code = error ? (typeof error.code === 'number' ? error.code : 1) : 0;
      if (code !== 0 && !options.anyExit)
        reject(new Error(`restic ${args.join(' ')} exited ${code}: ${stderr}${stdout}`));
      else resolve({ code, stdout, stderr });
    });
    // A restic that ends before it has read its input (locked, wrong password) is judged by its exit code.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(options.input ?? '');
  });
}

/** A scratch folder that is removed at the end of the test file. */
export function scratchFolder(prefix = 'guardit-test-'): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), prefix));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
