/**
 * `npm run check`: types, linter, formatting, import boundaries. The linter takes as long as all others together, so that these run
 * beside it, and each tells what it has to say when it is done.
 */
import { spawn } from 'node:child_process';

/** Scripts of package.json; those of a lane follow each other. */
const LANES = [['lint'], ['typecheck', 'format:check', 'boundaries']];

/** @returns {Promise<boolean>} whether it found nothing wrong */
function run(script) {
  return new Promise((resolve) => {
    const child = spawn('npm', ['run', script], {
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    });
    const said = [];
    child.stdout.on('data', (piece) => said.push(piece));
    child.stderr.on('data', (piece) => said.push(piece));
    child.on('error', (error) => said.push(Buffer.from(`npm can't be started: ${error.message}\n`)));
    child.on('close', (code) => {
      process.stdout.write(Buffer.concat(said));
      resolve(code === 0);
    });
  });
}

async function runLane(scripts) {
  const failed = [];
  for (const script of scripts) if (!(await run(script))) failed.push(script);
  return failed;
}

const failed = (await Promise.all(LANES.map(runLane))).flat();
if (failed.length > 0) {
  console.error(`\nFailed: ${failed.join(', ')}.`);
  process.exitCode = 1;
}
