import { defineConfig } from 'vitest/config';

/** `npm test` runs everything that is quick; `npm run test:long` (`--mode long`) runs the exhaustive and random suites. */
export default defineConfig(({ mode }) => ({
  test: {
    include: mode === 'long' ? ['test/long/**/*.test.ts'] : ['test/**/*.test.ts'],
    exclude: mode === 'long' ? ['**/node_modules/**'] : ['**/node_modules/**', 'test/long/**', 'test/**/fixtures/**'],
    // Processes, not threads: the engine starts worker threads of its own, installs signal handlers and changes umasks.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: mode === 'long' ? 30 * 60_000 : 30_000,
    hookTimeout: 60_000,
    // Times in tree blobs carry the zone's offset (repository-format, section 11): one zone makes ids repeatable.
    env: { TZ: process.env['TZ'] ?? 'Europe/Berlin' },
    reporters: ['default', './test/support/closing-line-reporter.ts'],
  },
}));
