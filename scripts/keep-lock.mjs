/**
 * Runs after npm has changed node_modules (`dependencies`), and marks better-sqlite3 in package-lock.json as `gypfile: false`.
 *
 * The package ships a binary for each platform, but npm sees its binding.gyp and calls node-gyp, which then does nothing
 * except to fail where there is no Python. npm 11 can be told by `allowScripts`; npm 10, which Node 20 and 22 bring along,
 * only by this field of the lock file: `npm ci` honours it, `npm install` drops it.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const file = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(file, 'utf8'));
const entry = lock.packages['node_modules/better-sqlite3'];
if (entry && entry.gypfile !== false) {
  entry.gypfile = false;
  writeFileSync(file, JSON.stringify(lock, null, 2) + '\n');
}
