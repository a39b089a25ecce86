import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CLI_REFERENCE, renderCliReference } from '../../scripts/cli-reference.ts';

test('docs/CLI.md says what the program says: `node scripts/cli-reference.ts` writes it anew', async () => {
  expect(readFileSync(CLI_REFERENCE, 'utf8')).toBe(await renderCliReference());
});
