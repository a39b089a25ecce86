/**
 * `npm run package`: installers for this system into dist-installers/. `--dir` makes the unpacked app only. With
 * GUARDIT_UPDATE_URL (https) the app looks there for updates.
 */
import { fileURLToPath } from 'node:url';
import { spawnSync } from 'node:child_process';
import { vendorProblems } from './check-vendor.mjs';
import { electronBinary, electronDist, HOW_TO_GET_IT } from './electron-binary.mjs';

const BUILDER = fileURLToPath(new URL('../node_modules/electron-builder/cli.js', import.meta.url));

/** Null: nothing is missing. Else one sentence. */
function whatIsMissing(binary) {
  if (!binary) return `Nothing was packaged: Electron's program is not here (${HOW_TO_GET_IT}).`;
  const [problem] = process.platform === 'win32' ? vendorProblems() : [];
  return problem ? `Nothing was packaged: ${problem} (build/vendor/README.md)` : null;
}

const binary = electronBinary();
const missing = whatIsMissing(binary);
if (missing !== null) {
  console.error(missing);
  process.exit(1);
}
const updateUrl = process.env.GUARDIT_UPDATE_URL;
if (updateUrl && !updateUrl.startsWith('https://')) {
  console.error(`GUARDIT_UPDATE_URL must be an https address, not ${updateUrl}.`);
  process.exit(1);
}
const { status } = spawnSync(
  process.execPath,
  [
    BUILDER,
    '--publish=never',
    `-c.electronDist=${electronDist(binary)}`,
    ...(updateUrl ? ['-c.publish.provider=generic', `-c.publish.url=${updateUrl}`] : []),
    ...process.argv.slice(2),
  ],
  { stdio: 'inherit' },
);
process.exit(status ?? 1);
