import { spawnSync } from 'node:child_process';
import type { Command } from '../measure.ts';
import { neutralEnvironment } from './program.ts';
import type { Place, Program } from './program.ts';

export class Restic implements Program {
  readonly name = 'restic';
  readonly version: string;
  readonly #passwordFile: string;
  readonly #env: NodeJS.ProcessEnv;

  constructor(passwordFile: string, scratchFolder: string) {
    this.#passwordFile = passwordFile;
    this.#env = neutralEnvironment(scratchFolder);
    const { status, stdout } = spawnSync('restic', ['version'], { encoding: 'utf8' });
    if (status !== 0) throw new Error('The benchmark compares with restic. Install it: `apt install restic`.');
    this.version = stdout.trim();
  }

  init(place: Place): Command {
    return this.#command(place, ['init']);
  }

  backup(place: Place, folder: string): Command {
    return this.backupPart(place, folder, []);
  }

  /** `excluded` holds paths that stay out. */
  backupPart(place: Place, folder: string, excluded: readonly string[]): Command {
    return this.#command(place, ['backup', folder, ...excluded.map((path) => `--exclude=${path}`)]);
  }

  restore(place: Place, target: string): Command {
    return this.#command(place, ['restore', 'latest', '--target', target]);
  }

  checkReadingData(place: Place): Command {
    return this.#command(place, ['check', '--read-data']);
  }

  /** Forgets all but the newest `keepCount` snapshots; what only they needed stays until somebody prunes. */
  forgetAllBut(place: Place, keepCount: number): Command {
    return this.#command(place, ['forget', '--keep-last', String(keepCount)]);
  }

  prune(place: Place): Command {
    return this.#command(place, ['prune', '--max-unused', '0']);
  }

  #command(place: Place, words: readonly string[]): Command {
    const global = ['--quiet', '--repo', place.repository, '--password-file', this.#passwordFile];
    return { program: 'restic', args: [...global, ...words], env: { ...this.#env, RESTIC_CACHE_DIR: place.cache } };
  }
}
