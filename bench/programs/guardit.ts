import { spawnSync } from 'node:child_process';
import type { Command } from '../measure.ts';
import { neutralEnvironment } from './program.ts';
import type { Place, Program } from './program.ts';

export class GuardIt implements Program {
  readonly name = 'guardit';
  readonly version: string;
  readonly #executable: string;
  readonly #passwordFile: string;
  readonly #env: NodeJS.ProcessEnv;

  constructor(executable: string, passwordFile: string, scratchFolder: string) {
    this.#executable = executable;
    this.#passwordFile = passwordFile;
    this.#env = neutralEnvironment(scratchFolder);
    const { status, stdout, stderr } = spawnSync(executable, ['--version'], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`${executable} does not run: ${stderr ?? 'it is not there'}`);
    this.version = stdout.trim();
  }

  backup(place: Place, folder: string): Command {
    return this.#command('backup', place, [folder]);
  }

  restore(place: Place, target: string): Command {
    return this.#command('restore', place, ['latest', '--target', target]);
  }

  checkReadingData(place: Place): Command {
    return this.#command('check', place, ['--read-data']);
  }

  prune(place: Place): Command {
    return this.#command('prune', place, ['--max-unused', '0']);
  }

  #command(verb: string, { repository }: Place, args: readonly string[]): Command {
    const words = ['repo', verb, repository, ...args, '--password-file', this.#passwordFile];
    return { program: this.#executable, args: words, env: this.#env };
  }
}
