import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RULES, checkBoundaries } from '../../scripts/boundaries.ts';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

/** One file a room, whether the room is built already or not; each is imported from somewhere below. */
const ROOM_FILES = {
  contracts: 'contracts/a.ts',
  'engine/base': 'main/engine/base/a.ts',
  'engine/crypto': 'main/engine/crypto/a.ts',
  'engine/compression': 'main/engine/compression/a.ts',
  'engine/chunker': 'main/engine/chunker/a.ts',
  'engine/backend': 'main/engine/backend/a.ts',
  'engine/nbd': 'main/engine/nbd/a.ts',
  'engine/pack': 'main/engine/pack/a.ts',
  'engine/index': 'main/engine/index/a.ts',
  'engine/repository': 'main/engine/repository/a.ts',
  'engine/snapshot': 'main/engine/snapshot/a.ts',
  'engine/source': 'main/engine/source/a.ts',
  'engine/archiver': 'main/engine/archiver/a.ts',
  'engine/restorer': 'main/engine/restorer/a.ts',
  'engine/vfs': 'main/engine/vfs/a.ts',
  'engine/maintenance': 'main/engine/maintenance/a.ts',
  'engine/workers': 'main/engine/workers/a-worker.ts',
  'engine/index.ts': 'main/engine/index.ts',
  'engine/opening-ahead.ts': 'main/engine/opening-ahead.ts',
  'engine/threads-ahead.ts': 'main/engine/threads-ahead.ts',
  app: 'main/app/tasks/a.ts',
  infra: 'main/infra/store/a.ts',
  'infra/engine-jobs': 'main/infra/engine-jobs/a.ts',
  api: 'main/api/a.ts',
  host: 'main/host/a.ts',
  cli: 'main/cli/a.ts',
  shell: 'main/shell/a.ts',
  preload: 'preload/a.ts',
  renderer: 'renderer/a.tsx',
} as const;
type Room = keyof typeof ROOM_FILES;

const OTHER_FILES = [
  'main/engine/workers/worker-url.ts',
  'main/app/errors/error-faces.ts',
  'main/app/runs/ports.ts',
  'main/app/runs/ports/clock.ts',
];
const PACKAGES = ['electron', 'koa', '@koa/router', 'better-sqlite3', 'kysely', 'node-schedule', 'commander', 'react'];
const MORE_PACKAGES = ['electron-updater', 'react-dom', 'sodium-native', 'koffi', 'zod', 'esbuild', 'nodemailer'];
const PAGE_PACKAGES = ['@fluentui/react-components', '@tanstack/react-query', 'recharts', 'pdfjs-dist', 'wouter'];
const SERVICE_PACKAGES = ['find-my-way', 'raw-body', 'rate-limiter-flexible', 'jose', 'pino', 'prom-client', 'undici'];

/** What each room must not import: for a room the target is another room's name, else a specifier as it is. */
const PLANTED: readonly (readonly [rule: string, from: Room, target: string])[] = [
  ['room:contracts', 'contracts', 'engine/index.ts'],
  ['room:engine/base', 'engine/base', 'engine/crypto'],
  ['room:engine/opening-ahead.ts', 'engine/opening-ahead.ts', 'engine/archiver'],
  ['room:engine/threads-ahead.ts', 'engine/threads-ahead.ts', 'engine/archiver'],
  ['room:engine/crypto', 'engine/crypto', 'engine/backend'],
  ['room:engine/compression', 'engine/compression', 'engine/crypto'],
  ['room:engine/chunker', 'engine/chunker', 'engine/pack'],
  ['room:engine/backend', 'engine/backend', 'engine/repository'],
  ['room:engine/nbd', 'engine/nbd', 'engine/source'],
  ['room:engine/pack', 'engine/pack', 'engine/repository'],
  ['room:engine/index', 'engine/index', 'engine/snapshot'],
  ['room:engine/repository', 'engine/repository', 'engine/snapshot'],
  ['room:engine/snapshot', 'engine/snapshot', 'engine/archiver'],
  ['room:engine/source', 'engine/source', 'engine/crypto'],
  ['room:engine/archiver', 'engine/archiver', 'engine/restorer'],
  ['room:engine/archiver', 'engine/archiver', 'engine/workers'],
  ['room:engine/restorer', 'engine/restorer', 'engine/vfs'],
  ['room:engine/vfs', 'engine/vfs', 'engine/maintenance'],
  ['room:engine/maintenance', 'engine/maintenance', 'engine/index.ts'],
  ['room:engine/workers', 'engine/workers', 'app'],
  ['room:engine/index.ts', 'engine/index.ts', 'cli'],
  ['room:app', 'app', 'engine/archiver'],
  ['room:app', 'app', 'infra'],
  ['room:infra', 'infra', 'app'],
  ['room:infra', 'infra', 'engine/index.ts'],
  ['room:infra/engine-jobs', 'infra/engine-jobs', 'engine/archiver'],
  ['room:infra/engine-jobs', 'infra/engine-jobs', 'app'],
  ['room:api', 'api', 'infra'],
  ['room:host', 'host', 'engine/index.ts'],
  ['room:cli', 'cli', 'engine/repository'],
  ['room:cli', 'cli', 'app'],
  ['room:shell', 'shell', 'api'],
  ['room:preload', 'preload', 'shell'],
  ['room:renderer', 'renderer', 'preload'],
  ['home:electron', 'host', 'electron'],
  ['home:electron', 'renderer', 'electron'],
  ['home:electron-updater', 'host', 'electron-updater'],
  ['home:koa', 'host', 'koa'],
  ['home:koa', 'engine/backend', '@koa/router'],
  ['home:better-sqlite3', 'app', 'better-sqlite3'],
  ['home:kysely', 'api', 'kysely'],
  ['home:node-schedule', 'app', 'node-schedule'],
  ['home:commander', 'host', 'commander'],
  ['home:find-my-way', 'host', 'find-my-way'],
  ['home:raw-body', 'infra', 'raw-body'],
  ['home:rate-limiter-flexible', 'api', 'rate-limiter-flexible'],
  ['home:jose', 'api', 'jose'],
  ['home:nodemailer', 'host', 'nodemailer'],
  ['home:pino', 'host', 'pino'],
  ['home:prom-client', 'api', 'prom-client'],
  ['home:undici', 'api', 'undici'],
  ['home:react', 'shell', 'react'],
  ['home:react-dom', 'preload', 'react-dom'],
  ['home:@fluentui', 'shell', '@fluentui/react-components'],
  ['home:@tanstack', 'api', '@tanstack/react-query'],
  ['home:recharts', 'preload', 'recharts'],
  ['home:pdfjs-dist', 'preload', 'pdfjs-dist'],
  ['home:wouter', 'host', 'wouter'],
  ['home:sodium-native', 'engine/pack', 'sodium-native'],
  ['packages:contracts', 'contracts', 'koffi'],
  ['packages:engine', 'engine/backend', 'kysely'],
  ['packages:app', 'app', 'koffi'],
  ['packages:renderer', 'renderer', 'koffi'],
  ['resolvable', 'app', './nowhere.ts'],
  ['no-development-packages', 'cli', 'esbuild'],
  ['engine-serves-nobody', 'engine/nbd', 'node:http'],
  ['no-node-in-browsers', 'renderer', 'node:fs'],
  ['preload-takes-only-types', 'preload', 'contracts'],
];

/** What must stay possible, or the rules would forbid the architecture itself. */
const ALLOWED: readonly (readonly [from: Room, statement: string])[] = [
  ['engine/archiver', `import '../workers/worker-url.ts';`],
  ['engine/archiver', `import '../source/a.ts';`],
  ['engine/workers', `import '../archiver/a.ts';`],
  ['engine/nbd', `import 'node:net';`],
  ['engine/crypto', `import 'sodium-native';`],
  ['infra', `import '../../app/runs/ports.ts'; import '../../app/runs/ports/clock.ts'; import 'better-sqlite3';`],
  ['infra/engine-jobs', `import '../../engine/index.ts'; import '../../app/runs/ports.ts'; import '../store/a.ts';`],
  ['app', `import '../../engine/index.ts'; import '../../../contracts/a.ts';`],
  ['api', `import 'koa'; import '../app/tasks/a.ts';`],
  ['host', `import '../app/tasks/a.ts'; import '../infra/store/a.ts'; import '../api/a.ts';`],
  ['cli', `import '../host/a.ts'; import '../engine/index.ts'; import 'commander';`],
  ['cli', `import '../app/errors/error-faces.ts';`],
  ['shell', `import 'electron'; import '../host/a.ts';`],
  ['preload', `import 'electron'; import type { A } from '../contracts/a.ts'; export type B = A;`],
  ['renderer', `import 'react'; import '@fluentui/react-components'; import '../contracts/a.ts';`],
];

let tree: string;

beforeAll(() => {
  tree = mkdtempSync(join(tmpdir(), 'guardit-boundaries-'));
  cpSync(join(PROJECT, 'package.json'), join(tree, 'package.json'));
  cpSync(join(PROJECT, 'tsconfig.json'), join(tree, 'tsconfig.json'));
  for (const name of [...PACKAGES, ...MORE_PACKAGES, ...PAGE_PACKAGES, ...SERVICE_PACKAGES]) {
    write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', main: 'index.js' }));
    write(`node_modules/${name}/index.js`, 'module.exports = {};\n');
  }
  plant();
});

afterAll(() => rmSync(tree, { recursive: true, force: true }));

function write(path: string, text: string): void {
  const file = join(tree, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** The tree as it is allowed to be, plus one file's statement. */
function plant(room?: Room, statement = ''): void {
  for (const path of [...Object.values(ROOM_FILES), ...OTHER_FILES]) write(path, 'export type A = string;\n');
  if (room) write(ROOM_FILES[room], `${statement}\nexport type A = string;\n`);
}

function specifier(from: Room, target: string): string {
  if (!(target in ROOM_FILES)) return target;
  const up = '../'.repeat(ROOM_FILES[from].split('/').length - 1);
  return up + ROOM_FILES[target as Room];
}

async function brokenRules(): Promise<string[]> {
  const { violations } = await checkBoundaries(tree);
  return violations.map(({ rule }) => rule);
}

describe('planted imports', () => {
  test.each(PLANTED)('%s: %s must not import %s', async (rule, from, target) => {
    plant(from, `import '${specifier(from, target)}';`);
    expect(await brokenRules()).toContain(rule);
  });

  test('importing a type is importing', async () => {
    plant('app', `import type { A } from '${specifier('app', 'infra')}';\nexport type B = A;`);
    expect(await brokenRules()).toEqual(['room:app']);
  });

  test('two files that load each other', async () => {
    plant('app', `import '../runs/ports.ts';`);
    write('main/app/runs/ports.ts', `import '../tasks/a.ts';\n`);
    expect(await brokenRules()).toContain('no-cycle');
  });

  test('but a type may close the circle', async () => {
    plant('app', `import '../runs/ports.ts';`);
    write('main/app/runs/ports.ts', `import type { A } from '../tasks/a.ts';\nexport type B = A;\n`);
    expect(await brokenRules()).toEqual([]);
  });

  test('every rule has been broken by one of them', () => {
    const broken = new Set([...PLANTED.map(([rule]) => rule), 'no-cycle']);
    expect(RULES.map(({ name }) => name).filter((name) => !broken.has(name))).toEqual([]);
  });
});

test.each(ALLOWED)('%s may: %s', async (from, statement) => {
  plant(from, statement);
  expect(await brokenRules()).toEqual([]);
});

test('a file in a folder that no rule knows is refused, even without an import', async () => {
  plant();
  write('main/attic/box.ts', 'export const BOX = 1;\n');
  expect(await brokenRules()).toEqual(['has-a-room']);
  rmSync(join(tree, 'main/attic'), { recursive: true });
});

test('the project itself keeps the rules, and was really read', async () => {
  const { moduleCount, violations } = await checkBoundaries(PROJECT.replace(/\/$/, ''));
  expect(violations).toEqual([]);
  expect(moduleCount).toBeGreaterThan(30);
});
