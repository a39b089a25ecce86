import { join } from 'node:path';

/** Where the bundle of this test run lies: set by global-setup.ts, inherited by the processes that run the tests. */
export const BUNDLE_FOLDER_VARIABLE = 'GUARDIT_TEST_BUNDLE';
/** The address that bundled code has. */
export const BUNDLE_URL_VARIABLE = 'GUARDIT_TEST_BUNDLE_URL';

/** The path of a file of the bundle: `guardit.js` is the command line, `hold-lock.process.js` a script of test/support. */
export function bundled(name: string): string {
  const folder = process.env[BUNDLE_FOLDER_VARIABLE];
  if (folder === undefined) {
    throw new Error('There is no bundle: tests run by vitest, with the global setup of its configuration.');
  }
  return join(folder, name);
}
