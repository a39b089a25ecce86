import { defineConfig } from 'vitest/config';
import { bundledThreads } from './test/support/bundle/bundled-threads.ts';

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

/**
 * `npm test` runs everything that is quick; `npm run test:long` (`--mode long`) the exhaustive and random suites,
 * `npm run test:protection` backups and restores through the service, and `npm run test:e2e` the user interface in a browser.
 */
export default defineConfig(({ mode }) => ({
  plugins: [bundledThreads()],
  test: {
    globalSetup: ['test/support/bundle/global-setup.ts'],
    include: OWN_SUITES[mode]?.map((pattern) => (pattern.endsWith('/**') ? `${pattern}/*.test.ts` : pattern)) ?? [
      'test/**/*.test.{ts,tsx}',
    ],
    exclude: [
      '**/node_modules/**',
      ...(OWN_SUITES[mode] ? [] : [...Object.values(OWN_SUITES).flat(), 'test/**/fixtures/**']),
    ],
    // Processes, not threads: the engine starts worker threads of its own, installs signal handlers and changes umasks.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: mode === 'long' ? 30 * 60_000 : mode === 'e2e' || mode === 'protection' ? 300_000 : 120_000,
    hookTimeout: 120_000,
    // A second, which is the default, is short on a busy machine.
    expect: { poll: { timeout: 15_000 } },
    // Times in tree blobs carry the zone's offset (repository-format, section 11): one zone makes ids repeatable.
    env: { TZ: process.env['TZ'] ?? 'Europe/Berlin' },
    reporters: ['default', './test/support/closing-line-reporter.ts'],
  },
}));
