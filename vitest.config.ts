import { defineConfig } from 'vitest/config';
import { bundledThreads } from './test/support/bundle/bundled-threads.ts';
import { ProcessesFirst } from './test/support/processes-first.ts';

/** Suites that are not part of `npm test`, by their mode. */
const OWN_SUITES: Readonly<Record<string, readonly string[]>> = {
  long: ['test/long/**'],
  e2e: ['test/e2e/**'],
  // Each backup, restore and verification is a thread that loads the engine's sources: many minutes on two cores.
  protection: [
    ...['journey', 'repositories', 'restores', 'engine-jobs', 'backups'].map((room) => `test/integration/${room}/**`),
    ...['repositories', 'restores', 'backups'].map((room) => `test/crash/${room}/**`),
    'test/integration/guide/protection-pages.test.ts',
    // Thousands of requests, now also to operations that start the engine.
    'test/property/api-fuzz/**',
  ],
};

/** Part of `npm test`, too, where they look at samples (GUARDIT_TESTS is the mode). */
const ALSO_LONG = ['test/crash/forget-and-prune.test.ts'];

/** What changes nothing outside of itself shares a process with other files, which need not load the same modules again. */
const SHARING = ['test/unit/**'];

function testFiles(patterns: readonly string[]): string[] {
  return patterns.map((pattern) => (pattern.endsWith('/**') ? `${pattern}/*.test.{ts,tsx}` : pattern));
}

function suite(name: string, include: readonly string[], exclude: readonly string[], isolate = true) {
  const own = { name, include: testFiles(include), exclude: ['**/node_modules/**', 'test/**/fixtures/**', ...exclude] };
  return { extends: true as const, test: { ...own, isolate } };
}

/** `npm test` runs everything that is quick. */
function quickSuites() {
  const elsewhere = Object.values(OWN_SUITES).flat();
  return [suite('processes', ['test/**'], [...elsewhere, ...SHARING]), suite('units', SHARING, elsewhere, false)];
}

function ownSuite(mode: string, patterns: readonly string[]) {
  return [suite(mode, [...patterns, ...(mode === 'long' ? ALSO_LONG : [])], [])];
}

/**
 * `npm run test:long` (`--mode long`) runs the exhaustive and random suites, `npm run test:protection` backups and restores through
 * the service, and `npm run test:e2e` the user interface in a browser.
 */
export default defineConfig(({ mode }) => ({
  plugins: [bundledThreads()],
  test: {
    globalSetup: ['test/support/bundle/global-setup.ts'],
    projects: OWN_SUITES[mode] ? ownSuite(mode, OWN_SUITES[mode]) : quickSuites(),
    // Processes, not threads: the engine starts worker threads of its own, installs signal handlers and changes umasks.
    pool: 'forks',
    maxWorkers: 2,
    sequence: { sequencer: ProcessesFirst },
    testTimeout: mode === 'long' ? 30 * 60_000 : mode === 'e2e' || mode === 'protection' ? 300_000 : 120_000,
    hookTimeout: 120_000,
    // A second, which is the default, is short on a busy machine.
    expect: { poll: { timeout: 15_000 } },
    // Times in tree blobs carry the zone's offset (repository-format, section 11): one zone makes ids repeatable.
    env: { TZ: process.env['TZ'] ?? 'Europe/Berlin', GUARDIT_TESTS: mode },
    reporters: ['default', './test/support/closing-line-reporter.ts'],
  },
}));
