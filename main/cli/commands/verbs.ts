import type { Command } from 'commander';
import type { Invocation } from '../invocation.ts';

export interface VerbModule {
  /** Adds the verb's arguments, options, examples and action to its (still empty) command. */
  define(command: Command, invocation: Invocation): void;
}

export interface Verb {
  readonly name: string;
  readonly summary: string;
  /** Loaded only when the verb is called. */
  readonly load: () => Promise<VerbModule>;
}

/** The verbs of `guardit repo`, in the order of the help. */
export const VERBS: readonly Verb[] = [
  { name: 'init', summary: 'make a new repository', load: () => import('./init.ts') },
  { name: 'backup', summary: 'save files and folders as a new snapshot', load: () => import('./backup.ts') },
  { name: 'snapshots', summary: 'list the snapshots', load: () => import('./snapshots.ts') },
  { name: 'ls', summary: 'list the files of a snapshot', load: () => import('./ls.ts') },
  {
    name: 'dump',
    summary: 'write one file, or a folder as tar or zip, to standard output',
    load: () => import('./dump.ts'),
  },
  { name: 'check', summary: 'look for damage', load: () => import('./check.ts') },
  { name: 'key', summary: 'list, add, remove and change passwords', load: () => import('./key.ts') },
  { name: 'unlock', summary: 'remove locks that crashed programs left', load: () => import('./unlock.ts') },
  { name: 'cat', summary: 'show a raw object, for people who debug', load: () => import('./cat.ts') },
];

export function verbNamed(name: string): Verb | undefined {
  return VERBS.find((verb) => verb.name === name);
}
