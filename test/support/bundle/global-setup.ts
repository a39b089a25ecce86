import { cpSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { TestProject } from 'vitest/node';
import { bundleCode } from '../../../scripts/bundle.mjs';
import { BUNDLE_FOLDER_VARIABLE, BUNDLE_URL_VARIABLE } from './bundle-folder.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const SCRIPTS = join(ROOT, 'test/support');
/** An entry of its own, so that a test can call what otherwise lies somewhere within the bundle. */
const CUSTOM_EXECUTOR = { in: join(ROOT, 'main/infra/execution/custom-executor.ts'), out: 'custom-executor' };

/**
 * Bundles the product anew for each run of the tests: whatever they start as a thread or a process starts several times faster
 * than from some hundred files whose types must be stripped first. Doing that in many threads at once has also killed whole
 * processes (V8 loses track of the code of wrappers around functions that the stripper's WebAssembly imports).
 */
export default async function setup(project: TestProject): Promise<() => void> {
  // Below node_modules, where packages are found, and with the place of dist/: package.json beside it, the pages in it.
  const place = join(ROOT, 'node_modules/.cache', `guardit-tests-${process.pid}`);
  const folder = join(place, 'dist');
  // Another project of this run has made it, and removes it.
  if (process.env[BUNDLE_FOLDER_VARIABLE] === folder) return () => {};
  process.env[BUNDLE_FOLDER_VARIABLE] = folder;
  const build = async () => {
    rmSync(place, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    cpSync(join(ROOT, 'package.json'), join(place, 'package.json'));
    symlinkSync(join(ROOT, 'dist/renderer'), join(folder, 'renderer'));
    await bundleCode(folder, [...processScripts(), CUSTOM_EXECUTOR]);
  };
  await build();
  process.env[BUNDLE_URL_VARIABLE] = pathToFileURL(join(folder, 'guardit-main.js')).href;
  project.onTestsRerun(build);
  return () => rmSync(place, { recursive: true, force: true });
}

/** Scripts that tests run as processes of their own. */
function processScripts(): { in: string; out: string }[] {
  return readdirSync(SCRIPTS)
    .filter((name) => name.endsWith('.process.ts'))
    .map((name) => ({ in: join(SCRIPTS, name), out: name.slice(0, -'.ts'.length) }));
}
