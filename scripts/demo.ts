/**
 * `npm run demo [-- FOLDER] [--keep]`: backs a folder up into a new encrypted repository, shows the snapshot, restores it
 * elsewhere and proves that the two are the same. Everything is done by the commands that a user would type; only the
 * proof is not GuardIT's own.
 */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, parse, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { compareTrees } from './compare-trees.ts';
import type { Comparison } from './compare-trees.ts';

const CHECKOUT = fileURLToPath(new URL('..', import.meta.url)).replace(/[/\\]$/, '');
const SHOWN_DIFFERENCES = 20;
/** Of this checkout: git and tools may write there while we look. */
const CHANGING = ['.git', 'node_modules/.cache', 'node_modules/.vite', 'node_modules/.vitest-cache'];

interface Input {
  readonly folder: string;
  /** Folders that stay out. */
  readonly without: readonly string[];
}

/** The folder that was asked for, or this checkout: some ten thousand files of all sizes, links among them. */
function chooseInput(asked: string | undefined): Input {
  if (asked === undefined) {
    return { folder: CHECKOUT, without: CHANGING.map((path) => join(CHECKOUT, path)) };
  }
  // npm runs scripts in the checkout; INIT_CWD is where the user stands.
  const folder = realpathSync(resolve(process.env['INIT_CWD'] ?? process.cwd(), asked));
  if (!statSync(folder).isDirectory()) throw new Error(`${folder} is not a folder.`);
  return { folder, without: [] };
}

/** Runs `scripts/guardit repo …` in sight of the user. Anything but success ends the demo. */
function guardit(verb: string, repository: string, ...args: readonly string[]): void {
  const words = ['repo', verb, repository, ...args];
  console.log(`\n$ scripts/guardit ${words.map(quote).join(' ')}`);
  const [program, first] =
    process.platform === 'win32' ? [process.execPath, ['dist/guardit.js']] : [join(CHECKOUT, 'scripts/guardit'), []];
  const { status, signal, error } = spawnSync(program, [...first, ...words], { cwd: CHECKOUT, stdio: 'inherit' });
  if (error) throw error;
  if (status !== 0) throw new Error(`guardit repo ${verb} ended with ${signal ?? `exit code ${status}`}.`);
}

function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

function demonstrate({ folder, without }: Input, scratch: string): Comparison {
  const repository = join(scratch, 'repository');
  const target = join(scratch, 'restored');
  const passwordFile = join(scratch, 'password');
  writeFileSync(passwordFile, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 });
  const withPassword = ['--password-file', passwordFile];

  guardit('init', repository, ...withPassword);
  guardit('backup', repository, folder, ...without.map((path) => `--exclude=${path}`), ...withPassword);
  guardit('snapshots', repository, ...withPassword);
  guardit('restore', repository, 'latest', '--target', target, ...withPassword);

  const restored = join(target, pathInTarget(folder));
  console.log(`\nComparing ${folder}\n     with ${restored} ...`);
  return compareTrees(folder, restored, { without });
}

/** A restored tree keeps its whole path: `/home/me`, or `C:\Users` as `C/Users`. */
function pathInTarget(folder: string): string {
  const { root } = parse(folder);
  return join(root.replaceAll(/[:\\/]+/g, ''), relative(root, folder));
}

function conclude({ files, folders, others, sizeBytes, differences }: Comparison): number {
  if (differences.length > 0) {
    for (const difference of differences.slice(0, SHOWN_DIFFERENCES)) console.log(`  ${difference}`);
    if (differences.length > SHOWN_DIFFERENCES) console.log(`  and ${differences.length - SHOWN_DIFFERENCES} more`);
    console.log(
      '\nThe restored folder DIFFERS from the original. (A file that was in use may have changed meanwhile.)',
    );
    return 1;
  }
  const count = (n: number, what: string) => `${n.toLocaleString('en')} ${what}`;
  const megabytes = Math.round(sizeBytes / 1e6);
  console.log(
    `\nThe restored folder and the original are identical: ${count(files, 'files')} (${count(megabytes, 'MB')}), ` +
      `${count(folders, 'folders')} and ${count(others, 'links and other entries')}, compared by content, type, mode, ` +
      `${process.geteuid?.() === 0 ? 'owner, ' : ''}modification time, links.`,
  );
  return 0;
}

function main(): number {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { keep: { type: 'boolean' } } });
  if (positionals.length > 1) throw new Error('npm run demo -- [FOLDER] [--keep]: one folder at a time.');
  const input = chooseInput(positionals[0]);
  const scratch = mkdtempSync(join(realpathSync(tmpdir()), 'guardit-demo-'));
  try {
    const comparison = demonstrate(input, scratch);
    if (values.keep) console.log(`\nRepository, password and restored files are in ${scratch}.`);
    return conclude(comparison);
  } finally {
    if (!values.keep) rmSync(scratch, { recursive: true, force: true });
  }
}

try {
  process.exitCode = main();
} catch (error) {
  console.error(`\nThe demo failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
