import { defineConfig } from 'vitest/config';

/** Suites that are not part of `npm test`, by their mode. */
const OWN_SUITES = ['long', 'e2e'];

/**
 * `npm test` runs everything that is quick; `npm run test:long` (`--mode long`) the exhaustive and random suites, and
 * `npm run test:e2e` (`--mode e2e`) the user interface in a real browser.
 */
export default defineConfig(({ mode }) => ({
  test: {
    include: OWN_SUITES.includes(mode) ? [`test/${mode}/**/*.test.ts`] : ['test/**/*.test.{ts,tsx}'],
    exclude: OWN_SUITES.includes(mode)
      ? ['**/node_modules/**']
      : ['**/node_modules/**', ...OWN_SUITES.map((suite) => `test/${suite}/**`), 'test/**/fixtures/**'],
    // Processes, not threads: the engine starts worker threads of its own, installs signal handlers and changes umasks.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: mode === 'long' ? 30 * 60_000 : mode === 'e2e' ? 300_000 : 120_000,
    hookTimeout: 120_000,
    // Times in tree blobs carry the zone's offset (repository-format, section 11): one zone makes ids repeatable.
    env: { TZ: process.env['TZ'] ?? 'Europe/Berlin' },
    reporters: ['default', './test/support/closing-line-reporter.ts'],
  },
}));
