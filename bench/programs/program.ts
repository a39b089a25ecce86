import type { Command } from '../measure.ts';

export type ProgramName = 'guardit' | 'restic' | 'borg';

/** A repository, and the folder that a program may keep its cache of it in. */
export interface Place {
  readonly repository: string;
  readonly cache: string;
}

/** A backup program as a set of command lines. All work on the same data, with the same password. */
export interface Program {
  readonly name: ProgramName;
  readonly version: string;
  backup(place: Place, folder: string): Command;
  /** Restores the newest snapshot into a folder that does not exist yet. */
  restore(place: Place, target: string): Command;
  checkReadingData(place: Place): Command;
  /** Removes everything that no snapshot needs, down to the last byte. */
  prune?(place: Place): Command;
}

/** Settings of the user's own must not reach what is measured. */
export function neutralEnvironment(scratchFolder: string): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(RESTIC|BORG|GUARDIT|AWS|NODE|npm)_/.test(name));
  return { ...Object.fromEntries(own), TMPDIR: scratchFolder };
}
