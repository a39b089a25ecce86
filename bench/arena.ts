import { cpSync, linkSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { DataSet, DataSetName } from './data/data-set.ts';
import { run, Stopwatch } from './measure.ts';
import type { Measurement } from './measure.ts';
import { Borg } from './programs/borg.ts';
import { GuardIt } from './programs/guardit.ts';
import type { Place, Program, ProgramName } from './programs/program.ts';
import { Restic } from './programs/restic.ts';

export interface ArenaOptions {
  readonly cacheFolder: string;
  readonly executable: string;
  readonly withBorg: boolean;
  readonly repeatCount: number;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
}

export type Samples = Partial<Record<ProgramName, Measurement[]>>;

/** The programs that compete, and the repositories they work on. Everything lies in one scratch folder. */
export class Arena {
  readonly scratchFolder: string;
  readonly guardit: GuardIt;
  readonly restic: Restic;
  readonly borg: Borg | undefined;
  readonly #options: ArenaOptions;
  readonly #stopwatch: Stopwatch;
  readonly #template: Place;
  readonly #bases = new Map<string, Place>();
  #placeCount = 0;

  /** `dispose` removes the scratch folder. */
  constructor(options: ArenaOptions) {
    this.#options = options;
    this.scratchFolder = mkdtempSync(join(options.cacheFolder, 'run-'));
    try {
      this.#stopwatch = new Stopwatch(this.scratchFolder);
      const passwordFile = join(this.scratchFolder, 'password');
      writeFileSync(passwordFile, 'correct horse battery staple\n');
      this.guardit = new GuardIt(options.executable, passwordFile, this.scratchFolder);
      this.restic = new Restic(passwordFile, this.scratchFolder);
      this.borg = options.withBorg ? Borg.find(passwordFile, this.scratchFolder) : undefined;
      // One empty repository for all: its key costs every program the same.
      this.#template = this.#newPlace();
      run(this.restic.init(this.#template));
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  dispose(): void {
    rmSync(this.scratchFolder, { recursive: true, force: true });
  }

  /** In the order in which the first round runs them. */
  get programs(): Program[] {
    return this.borg ? [this.guardit, this.restic, this.borg] : [this.guardit, this.restic];
  }

  /** Those that work on repositories of restic's format. */
  get likePrograms(): (GuardIt | Restic)[] {
    return [this.guardit, this.restic];
  }

  log(line: string): void {
    this.#options.log(line);
  }

  /**
   * Measures the programs in turns, so that a slow minute of the machine hits them all; who begins changes with the round.
   * `act` prepares one run, calls `measure` once, and tidies up.
   */
  async alternate<Runner extends Program>(
    subject: string,
    programs: readonly Runner[],
    act: (program: Runner, measure: Stopwatch['measure'], round: number) => void,
  ): Promise<Samples> {
    const samples: Samples = {};
    for (let round = 0; round < this.#options.repeatCount; round++) {
      const first = round % programs.length;
      for (const program of [...programs.slice(first), ...programs.slice(0, first)]) {
        const measure: Stopwatch['measure'] = (command) => {
          const measurement = this.#stopwatch.measure(command);
          (samples[program.name] ??= []).push(measurement);
          this.log(`  ${subject}: ${program.name} ${measurement.wallSeconds.toFixed(2)} s`);
          return measurement;
        };
        // Programs run synchronously, so this is where a signal is noticed.
        await setImmediate();
        this.#options.signal.throwIfAborted();
        act(program, measure, round);
      }
    }
    return samples;
  }

  emptyPlace(program: Program): Place {
    const place = this.#newPlace();
    if (program instanceof Borg) run(program.init(place));
    else cpSync(this.#template.repository, place.repository, { recursive: true });
    return place;
  }

  /** A second repository with the same content. Only for restic's format, whose files never change once written. */
  copyOf({ repository, cache }: Place): Place {
    const place = this.#newPlace();
    linkTree(repository, place.repository);
    cpSync(cache, place.cache, { recursive: true });
    return place;
  }

  discard({ repository, cache }: Place): void {
    rmSync(repository, { recursive: true, force: true });
    rmSync(cache, { recursive: true, force: true });
  }

  /** The program's own repository with one backup of the data set. */
  baseOf(program: Program, dataSet: DataSet): Place {
    const known = this.#bases.get(baseKey(program.name, dataSet.name));
    if (known) return known;
    const place = this.emptyPlace(program);
    this.log(`  preparing: ${program.name} backs ${dataSet.name} up`);
    run(program.backup(place, dataSet.path));
    this.#bases.set(baseKey(program.name, dataSet.name), place);
    return place;
  }

  /** Takes a repository over that holds one backup of the data set, instead of the one known so far. */
  adoptBase(program: Program, dataSet: DataSet, place: Place): void {
    const former = this.#bases.get(baseKey(program.name, dataSet.name));
    if (former) this.discard(former);
    this.#bases.set(baseKey(program.name, dataSet.name), place);
  }

  discardBases(): void {
    for (const place of this.#bases.values()) this.discard(place);
    this.#bases.clear();
  }

  /** Restic judges what another program wrote. Throws when it finds an error. */
  verifyWithRestic({ repository }: Place): void {
    const cache = this.#newPlace().cache;
    run(this.restic.checkReadingData({ repository, cache }));
    rmSync(cache, { recursive: true });
  }

  #newPlace(): Place {
    const number = ++this.#placeCount;
    const cache = join(this.scratchFolder, `cache-${number}`);
    mkdirSync(cache);
    return { repository: join(this.scratchFolder, `repository-${number}`), cache };
  }
}

function baseKey(program: ProgramName, dataSet: DataSetName): string {
  return `${program} ${dataSet}`;
}

/** Hard links instead of copies: nothing is written that the disk would be busy with during the measurement. */
function linkTree(from: string, to: string): void {
  mkdirSync(to);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (entry.isDirectory()) linkTree(join(from, entry.name), join(to, entry.name));
    else linkSync(join(from, entry.name), join(to, entry.name));
  }
}
