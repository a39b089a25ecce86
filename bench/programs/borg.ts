import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import type { Command } from '../measure.ts';
import { neutralEnvironment } from './program.ts';
import type { Place, Program } from './program.ts';

/** Another well-known program, for orientation: its repositories are different, so no target is set against it. */
export class Borg implements Program {
  readonly name = 'borg';
  readonly version: string;
  readonly #env: NodeJS.ProcessEnv;

  /** Undefined where borg is not installed. */
  static find(passwordFile: string, scratchFolder: string): Borg | undefined {
    const { status, stdout } = spawnSync('borg', ['--version'], { encoding: 'utf8' });
    return status === 0 ? new Borg(stdout.trim(), passwordFile, scratchFolder) : undefined;
  }

  private constructor(version: string, passwordFile: string, scratchFolder: string) {
    this.version = version;
    this.#env = {
      ...neutralEnvironment(scratchFolder),
      BORG_PASSPHRASE: readFileSync(passwordFile, 'utf8').trim(),
      BORG_RELOCATED_REPO_ACCESS_IS_OK: 'yes',
    };
  }

  init(place: Place): Command {
    return this.#command(place, ['init', '--encryption=repokey', place.repository]);
  }

  backup(place: Place, folder: string): Command {
    return this.#command(place, [
      'create',
      '--compression=zstd,2',
      `${place.repository}::{utcnow:%Y%m%dT%H%M%S.%f}`,
      folder,
    ]);
  }

  /** Borg restores into the working folder, and only an archive that is named: `nameOfNewest` asks for its name. */
  restore(place: Place, target: string): Command {
    mkdirSync(target, { recursive: true });
    const archive = `${place.repository}::${this.#nameOfNewest(place)}`;
    return { ...this.#command(place, ['extract', archive]), cwd: target };
  }

  checkReadingData(place: Place): Command {
    return this.#command(place, ['check', '--verify-data', place.repository]);
  }

  #nameOfNewest(place: Place): string {
    const { program, args, env } = this.#command(place, ['list', '--last=1', '--short', place.repository]);
    return spawnSync(program, args, { env, encoding: 'utf8' }).stdout.trim();
  }

  #command(place: Place, args: readonly string[]): Command {
    return { program: 'borg', args, env: { ...this.#env, BORG_BASE_DIR: place.cache } };
  }
}
