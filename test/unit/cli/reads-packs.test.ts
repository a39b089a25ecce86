import { expect, it } from 'vitest';
import { readsPacks } from '../../../main/cli/reads-packs.ts';

it.each(['check /mnt/b --read-data', 'check --read-data-subset 1/5 /mnt/b', 'check /mnt/b --read-data-subset=10%'])(
  '%s reads packs',
  (words) => expect(readsPacks(words.split(' '))).toBe(true),
);

it.each([
  '',
  'check',
  'check /mnt/b',
  'check --read-data --help',
  'backup /mnt/b --read-data',
  'check --read-database',
])('%j does not, or nobody knows', (words) => expect(readsPacks(words.split(' '))).toBe(false));
