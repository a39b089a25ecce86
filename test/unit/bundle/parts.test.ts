import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { bundled } from '../../support/bundle/bundle-folder.ts';

/** The code of a file of the bundle and of all that it can ever load. */
function reachableCode(entry: string): string {
  const found = new Map<string, string>();
  const waiting = [entry];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (found.has(name)) continue;
    const code = readFileSync(bundled(name), 'utf8');
    found.set(name, code);
    for (const [, other = ''] of code.matchAll(/\b(?:from|import)\s*\(?["']\.\/([^"']+\.js)["']/g)) waiting.push(other);
  }
  return [...found.values()].join('\n');
}

test('work on a repository reads nothing that only the service needs', () => {
  // Marks of zod's large form, which comes with every contract of the API, and of the small form that the engine uses.
  const [large, small] = ['"ZodString"', '"ZodMiniString"'];
  const everything = reachableCode('guardit-main.js');
  expect(everything).toContain(large);
  const repositoryOnly = reachableCode('guardit-repo.js');
  expect(repositoryOnly).toContain(small);
  expect(repositoryOnly).not.toContain(large);
});
