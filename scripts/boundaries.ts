/**
 * Who may import whom, checked: `npm run boundaries`.
 *
 * The table below is docs/ARCHITECTURE.md's as data. A room imports itself and what `sees` names, nothing else, so a new
 * room, a new package or a new edge is refused until somebody writes it down here.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cruise } from 'dependency-cruiser';
import type { IRegularForbiddenRuleType, IModule } from 'dependency-cruiser';

const SOURCE_FOLDERS = ['contracts', 'main', 'preload', 'renderer'];

const base = ['engine/base'];
const ground = [...base, 'engine/crypto', 'engine/compression', 'engine/chunker', 'engine/backend', 'engine/nbd'];
const packs = [...ground, 'engine/pack', 'engine/index'];
const store = [...packs, 'engine/repository'];
const snapshots = [...store, 'engine/snapshot'];
const operations = [...snapshots, 'engine/source', 'engine/workers/worker-url.ts'];

/** What a room sees beside itself: other rooms, or single files of them. The engine's floors are listed bottom up. */
export const ROOMS: Readonly<Record<string, { readonly sees: readonly string[] }>> = {
  contracts: { sees: [] },
  'engine/base': { sees: [] },
  'engine/crypto': { sees: base },
  'engine/compression': { sees: base },
  'engine/chunker': { sees: base },
  'engine/backend': { sees: base },
  'engine/nbd': { sees: base },
  'engine/pack': { sees: [...ground, 'engine/index'] },
  'engine/index': { sees: [...ground, 'engine/pack'] },
  'engine/repository': { sees: packs },
  'engine/snapshot': { sees: store },
  'engine/source': { sees: [...base, 'engine/nbd'] },
  'engine/archiver': { sees: operations },
  'engine/restorer': { sees: operations },
  'engine/vfs': { sees: operations },
  'engine/maintenance': { sees: operations },
  'engine/workers': {
    sees: [...operations, 'engine/archiver', 'engine/restorer', 'engine/vfs', 'engine/maintenance'],
  },
  // The door: what is outside imports this file, or one of the two below it, which are for processes that have not loaded the engine yet.
  'engine/index.ts': {
    sees: [...snapshots, 'engine/source', 'engine/archiver', 'engine/restorer', 'engine/vfs', 'engine/maintenance'],
  },
  'engine/opening-ahead.ts': { sees: ['engine/base', 'engine/crypto', 'engine/backend'] },
  'engine/threads-ahead.ts': { sees: ['engine/base', 'engine/workers/worker-url.ts'] },
  app: { sees: ['engine/index.ts', 'contracts'] },
  // `ports` is a folder or a file ports.ts inside one of the app's areas: the interfaces that infra implements.
  // It fails in the app's words.
  infra: { sees: ['app/**/ports', 'app/errors/app-error.ts', 'contracts'] },
  // The engine's work in threads: the one part of infra that calls the engine (decision 0006).
  'infra/engine-jobs': { sees: ['infra', 'engine/index.ts', 'app/**/ports', 'app/errors/app-error.ts', 'contracts'] },
  api: { sees: ['app', 'contracts'] },
  host: { sees: ['app', 'infra', 'api', 'contracts'] },
  // The engine's door as well: `guardit repo` works where no server does (decision 0002).
  // The table of error codes is the app's; exit codes are one of its columns.
  cli: {
    sees: ['host', 'contracts', 'engine/index.ts', 'engine/opening-ahead.ts', 'engine/threads-ahead.ts', 'app/errors'],
  },
  shell: { sees: ['host', 'contracts'] },
  // Types only, see the rule preload-takes-only-types.
  preload: { sees: ['contracts'] },
  renderer: { sees: ['contracts'] },
};

/** Packages with a home: only the rooms named may import them. */
const PACKAGE_HOMES = {
  electron: ['shell', 'preload'],
  'electron-updater': ['shell'],
  koa: ['api'],
  'find-my-way': ['api'],
  'raw-body': ['api'],
  'rate-limiter-flexible': ['infra'],
  jose: ['infra'],
  pino: ['infra'],
  'prom-client': ['infra'],
  undici: ['infra', 'host'],
  'better-sqlite3': ['infra'],
  kysely: ['infra'],
  'node-schedule': ['infra'],
  nodemailer: ['infra'],
  commander: ['cli'],
  react: ['renderer'],
  'react-dom': ['renderer'],
  '@fluentui': ['renderer'],
  '@tanstack': ['renderer'],
  recharts: ['renderer'],
  'pdfjs-dist': ['renderer'],
  wouter: ['renderer'],
  'sodium-native': ['engine/crypto'],
};

/** Rooms that may import nothing from outside but these packages. */
const PACKAGE_LISTS = {
  contracts: ['zod'],
  engine: ['zod', 'sodium-native', 'koffi', 'tar-stream', 'yazl'],
  app: ['zod', 'cron-parser', 'luxon'],
  renderer: ['react', 'react-dom', '@fluentui', '@tanstack', 'recharts', 'pdfjs-dist', 'wouter', 'zod'],
};

/** A regular expression for the files of a room; `engine`, `engine/base`, or a pattern with a double star, or one file. */
function pathOf(room: string): string {
  const outer = ['contracts', 'preload', 'renderer'].includes(room) ? room : `main/${room}`;
  if (room.endsWith('.ts')) return `^${escape(outer)}$`;
  if (room.includes('/**/')) {
    const [head = '', tail = ''] = outer.split('/**/');
    return `^${escape(head)}/.+/${escape(tail)}(?:/|[.]ts$)`;
  }
  return `^${escape(outer)}/`;
}

function escape(text: string): string {
  return text.replaceAll('.', '[.]');
}

/** Matches a package however it is hoisted, with or without its types. */
function packagePath(names: readonly string[]): string {
  return `(?:^|/)node_modules/(?:@types/)?(?:${names.map(escape).join('|')})/`;
}

const OURS = `^(?:${[...SOURCE_FOLDERS, 'test', 'bench', 'scripts', 'dist'].join('|')})/`;
const ALL_SOURCES = `^(?:${SOURCE_FOLDERS.join('|')})/`;
const NETWORK_MODULES = '^(?:node:)?(?:http|https|http2|cluster|inspector)$';

function forbidden(
  name: string,
  comment: string,
  from: IRegularForbiddenRuleType['from'],
  to: IRegularForbiddenRuleType['to'],
): IRegularForbiddenRuleType & { name: string; comment: string } {
  return { name, comment, severity: 'error', from, to };
}

function roomRules() {
  return Object.entries(ROOMS).map(([room, { sees }]) =>
    forbidden(
      `room:${room}`,
      `${room} may import ${sees.length === 0 ? 'nothing of ours' : sees.join(', ')}.`,
      { path: pathOf(room), pathNot: roomsInside(room).map(pathOf) },
      { path: OURS, pathNot: [room, ...sees].map(pathOf) },
    ),
  );
}

/** A room inside another one has rules of its own instead. */
function roomsInside(room: string): string[] {
  return Object.keys(ROOMS).filter((other) => other.startsWith(`${room}/`));
}

function packageRules() {
  const homes = Object.entries(PACKAGE_HOMES).map(([name, rooms]) =>
    forbidden(
      `home:${name}`,
      `Only ${rooms.join(', ')} may import ${name}.`,
      { path: ALL_SOURCES, pathNot: rooms.map(pathOf) },
      { path: name === 'koa' ? '(?:^|/)node_modules/(?:@types/)?(?:koa|@koa|koa-[^/]+)/' : packagePath([name]) },
    ),
  );
  const lists = Object.entries(PACKAGE_LISTS).map(([room, names]) =>
    forbidden(
      `packages:${room}`,
      `${room} may import only the packages ${names.join(', ')}.`,
      { path: pathOf(room) },
      { path: '(?:^|/)node_modules/', pathNot: packagePath(names) },
    ),
  );
  return [...homes, ...lists];
}

const GENERAL_RULES = [
  // A cycle that a type closes does not exist at run time: an interface and its factory may live together.
  forbidden(
    'no-cycle',
    'Files that load each other depend on which of them is loaded first.',
    { path: ALL_SOURCES },
    { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
  ),
  forbidden('resolvable', 'The import leads nowhere.', { path: ALL_SOURCES }, { couldNotResolve: true }),
  forbidden(
    'no-development-packages',
    'What ships may import only what package.json lists under dependencies.',
    { path: ALL_SOURCES },
    {
      dependencyTypes: ['npm-dev', 'npm-no-pkg'],
      dependencyTypesNot: ['type-only'],
      pathNot: ['(?:^|/)node_modules/electron/', '(?:^|/)node_modules/@types/'],
    },
  ),
  forbidden(
    'engine-serves-nobody',
    'The engine knows no HTTP and no cluster: others build servers around it.',
    { path: pathOf('engine') },
    { dependencyTypes: ['core'], path: NETWORK_MODULES },
  ),
  forbidden(
    'no-node-in-browsers',
    'This code runs in a browser: it has no Node modules.',
    { path: ['^contracts/', '^preload/', '^renderer/'] },
    { dependencyTypes: ['core'] },
  ),
  forbidden(
    'preload-takes-only-types',
    'The bridge is one small sandboxed file: it takes types from contracts, never code.',
    { path: '^preload/' },
    { path: '^contracts/', dependencyTypesNot: ['type-only'] },
  ),
];

export const RULES = [...roomRules(), ...packageRules(), ...GENERAL_RULES];

/** Every TypeScript file of a folder that ships, relative to `root`, with forward slashes. */
function listSources(root: string): string[] {
  const present = SOURCE_FOLDERS.filter((folder) => existsSync(join(root, folder)));
  return present.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /[.][cm]?[jt]sx?$/.test(entry.name) && !entry.name.endsWith('.d.ts'))
      .map((entry) =>
        join(entry.parentPath, entry.name)
          .slice(resolve(root).length + 1)
          .replaceAll('\\', '/'),
      )
      // AssemblyScript: another language in .ts clothes, compiled to WebAssembly.
      .filter((path) => !path.includes('/assembly/')),
  );
}

export interface Violation {
  readonly rule: string;
  readonly from: string;
  /** Empty where a file itself breaks the rule, not one of its imports. */
  readonly to: string;
  readonly comment: string;
}

/** Reads every source file below `root`, the project's folder, and reports what breaks a rule. */
export async function checkBoundaries(root: string): Promise<{ moduleCount: number; violations: Violation[] }> {
  const sources = listSources(root);
  const folders = SOURCE_FOLDERS.filter((folder) => sources.some((path) => path.startsWith(`${folder}/`)));
  const { output } = await cruise(folders, {
    baseDir: root,
    validate: true,
    ruleSet: { forbidden: RULES },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '/assembly/' },
    tsConfig: { fileName: join(root, 'tsconfig.json') },
  });
  if (typeof output === 'string') throw new Error('dependency-cruiser answered with a report instead of a result.');
  const cruised = new Map(output.modules.map((module) => [module.source, module]));
  const violations: Violation[] = output.summary.violations.map(({ rule, from, to }) => ({
    rule: rule.name,
    from,
    to,
    comment: RULES.find(({ name }) => name === rule.name)?.comment ?? '',
  }));
  for (const path of sources) violations.push(...checkCoverage(path, cruised.get(path)));
  return { moduleCount: sources.filter((path) => cruised.has(path)).length, violations };
}

/**
 * A checker that read nothing reports nothing. So every file on disk must have been cruised, with its imports, and must
 * lie in a room that has a rule.
 */
function checkCoverage(path: string, module: IModule | undefined): Violation[] {
  const found: Violation[] = [];
  if (module === undefined) {
    found.push({ rule: 'was-read', from: path, to: '', comment: 'The checker did not read this file.' });
  }
  if (!Object.keys(ROOMS).some((room) => new RegExp(pathOf(room)).test(path))) {
    const comment = 'This file lies in no room that scripts/boundaries.ts has a rule for.';
    found.push({ rule: 'has-a-room', from: path, to: '', comment });
  }
  return found;
}

async function main(): Promise<void> {
  const { moduleCount, violations } = await checkBoundaries(fileURLToPath(new URL('..', import.meta.url)));
  for (const { rule, from, to, comment } of violations) {
    console.error(`${from}${to ? ` -> ${to}` : ''}\n    ${rule}: ${comment}`);
  }
  console.log(`boundaries: ${moduleCount} modules read, ${RULES.length} rules, ${violations.length} violations`);
  if (moduleCount === 0 || violations.length > 0) process.exitCode = 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
