import { mkdirSync, writeFileSync } from 'node:fs';

/**
 * Folders inside each other until their path has more than `pathBytes`, beyond what a system call takes in one piece, with
 * a file in each. Returns the number of folders. Changes the working folder on the way and back again.
 */
export function makeDeepFolders(root: string, pathBytes: number): number {
  const name = 'deep-'.padEnd(200, 'x');
  const startedIn = process.cwd();
  let depth = 0;
  try {
    process.chdir(root);
    for (let length = root.length; length <= pathBytes; length += name.length + 1) {
      mkdirSync(name);
      process.chdir(name);
      writeFileSync('file', `at depth ${++depth}`);
    }
  } finally {
    process.chdir(startedIn);
  }
  return depth;
}
