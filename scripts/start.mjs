/**
 * `npm start`: the desktop app where Electron's program is present, else the service, whose address shows the same interface in
 * a browser. Options go on to what is started.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { electronBinary, HOW_TO_GET_IT } from './electron-binary.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const options = process.argv.slice(2);

function start(program, args) {
  const child = spawn(program, args, { stdio: 'inherit', cwd: ROOT });
  child.once('error', (error) => {
    console.error(`${program} can't be started: ${error.message}`);
    process.exitCode = 1;
  });
  child.once('exit', (code, signal) => (process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1)));
  // Ctrl+C reaches the child by itself; a supervisor's order does not.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
}

const electron = electronBinary();
if (electron) {
  start(electron, [ROOT, ...options]);
} else {
  console.log(
    `Electron's program is not here (${HOW_TO_GET_IT}), so the service starts: open its address in a browser.`,
  );
  const node = join(ROOT, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node');
  const flags = readFileSync(join(ROOT, 'scripts/service.flags'), 'utf8').trim().split(' ');
  start(existsSync(node) ? node : process.execPath, [...flags, join(ROOT, 'dist/guardit.js'), 'serve', ...options]);
}
