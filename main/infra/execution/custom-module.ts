import { realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { systemErrorCode } from '../files/durable-file.ts';
import { ExecutionFailure } from './outcomes.ts';

/** Looked for in this order where a config names no module. */
export const DEFAULT_MODULES: readonly string[] = ['custom-tasks.mjs', 'custom-tasks.js', 'index.mjs', 'index.js'];

/** The module as a file URL. It must really lie in `folder`, whatever links lead to it. Throws `cannot_start`. */
export async function findCustomModule(folder: string, module: string | undefined): Promise<string> {
  const root = await resolved(folder);
  if (root === null) throw cannotStart(`The folder ${folder} for custom tasks does not exist.`);
  for (const name of module === undefined ? DEFAULT_MODULES : [module]) {
    const path = await resolved(join(folder, name));
    if (path === null) continue;
    if (!path.startsWith(root.endsWith(sep) ? root : `${root}${sep}`)) {
      throw cannotStart(`The module ${JSON.stringify(name)} lies outside of ${folder}.`);
    }
    if (!(await stat(path)).isFile()) throw cannotStart(`The module ${JSON.stringify(name)} is no file.`);
    return pathToFileURL(path).href;
  }
  const wanted = module === undefined ? DEFAULT_MODULES.join(', ') : JSON.stringify(module);
  throw cannotStart(`There is no module in ${folder}: ${wanted}.`);
}

/** null: not there. */
async function resolved(path: string): Promise<string | null> {
  try {
    return await realpath(path);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemErrorCode(error) ?? '')) return null;
    throw cannotStart(`${path} can't be looked at: ${systemErrorCode(error) ?? 'unknown error'}.`);
  }
}

function cannotStart(reason: string): ExecutionFailure {
  return new ExecutionFailure('cannot_start', reason, false);
}
