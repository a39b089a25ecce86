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

/** Several verbs under one word: `guardit tasks list`. */
export interface Group {
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  readonly usage: string;
  /** Below the list of verbs. */
  readonly after: string;
  readonly verbs: readonly Verb[];
}

export function isGroup(entry: Verb | Group): entry is Group {
  return 'verbs' in entry;
}

/** The verbs of `guardit repo`, in the order of the help. */
export const REPOSITORY_VERBS: readonly Verb[] = [
  { name: 'init', summary: 'make a new repository', load: () => import('./init.ts') },
  { name: 'backup', summary: 'save files and folders as a new snapshot', load: () => import('./backup.ts') },
  {
    name: 'restore',
    summary: 'bring a snapshot, or parts of it, back to a folder',
    load: () => import('./restore.ts'),
  },
  { name: 'snapshots', summary: 'list the snapshots', load: () => import('./snapshots.ts') },
  { name: 'ls', summary: 'list the files of a snapshot', load: () => import('./ls.ts') },
  { name: 'find', summary: 'find files by name, or what uses a blob or pack', load: () => import('./find.ts') },
  {
    name: 'dump',
    summary: 'write one file, or a folder as tar or zip, to standard output',
    load: () => import('./dump.ts'),
  },
  { name: 'diff', summary: 'show what changed between two snapshots', load: () => import('./diff.ts') },
  { name: 'check', summary: 'look for damage', load: () => import('./check.ts') },
  { name: 'forget', summary: 'remove snapshots, by id or by a policy', load: () => import('./forget.ts') },
  { name: 'prune', summary: 'free the space that no snapshot needs', load: () => import('./prune.ts') },
  { name: 'copy', summary: 'copy snapshots from another repository into this one', load: () => import('./copy.ts') },
  { name: 'key', summary: 'list, add, remove and change passwords', load: () => import('./key.ts') },
  { name: 'unlock', summary: 'remove locks that crashed programs left', load: () => import('./unlock.ts') },
  { name: 'stats', summary: 'measure snapshots and the repository', load: () => import('./stats.ts') },
  { name: 'tag', summary: 'change the tags of snapshots', load: () => import('./tag.ts') },
  { name: 'repair', summary: 'repair the index, snapshots or packs', load: () => import('./repair.ts') },
  { name: 'recover', summary: 'make a snapshot of folders that no snapshot names', load: () => import('./recover.ts') },
  { name: 'cat', summary: 'show a raw object, for people who debug', load: () => import('./cat.ts') },
];
