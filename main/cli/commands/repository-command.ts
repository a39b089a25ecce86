import type { Command } from 'commander';
import type { LockOptions, OperationOptions, Password, Progress, Repository } from '../../engine/index.ts';
import { UsageError } from '../failure.ts';
import type { Invocation } from '../invocation.ts';
import type { Output } from '../output/output.ts';
import { REPOSITORY_VARIABLES } from '../password/environment-password.ts';
import { obtainPassword, type PasswordRequest } from '../password/password-sources.ts';
import { processTerminal } from '../password/prompt.ts';
import type { CommonFlags, LockFlags } from './common-options.ts';

/** The engine as a value: verbs get it loaded, so that no help text and no usage error has to wait for it. */
export type Engine = typeof import('../../engine/index.ts');

/** What a verb works with. */
export interface VerbContext<Flags> {
  readonly engine: Engine;
  readonly output: Output;
  readonly signal: AbortSignal;
  readonly location: string;
  /** The arguments after LOCATION. */
  readonly operands: readonly string[];
  readonly flags: Flags & CommonFlags;
  /** Opens the repository, once. It is closed again when the verb is done. */
  readonly repository: () => Promise<Repository>;
  /**
   * The same for operations that take a promise: their own start then overlaps with the half second that a password costs. It
   * resolves when the password is there, because nothing may be drawn over the question for it.
   */
  readonly openingRepository: () => Promise<OpeningRepository>;
  readonly password: (request: Omit<PasswordRequest, 'promptRefusal'>) => Promise<Password>;
  /** Signal, progress and warnings, as every long operation takes them. */
  readonly operation: OperationOptions;
  /** Warnings that were shown so far. */
  readonly warningCount: () => number;
}

export interface OpeningRepository {
  readonly opening: Promise<Repository>;
  /** What it is being opened on; the repository closes it. */
  readonly backend: Repository['backend'];
}

export interface VerbTraits {
  /** See Invocation. */
  readonly outlivesItsReader: boolean;
  /** What a progress event is with --json; undefined: it is none. */
  readonly progressRecord?: (progress: Progress, elapsedSeconds: number) => object | undefined;
  /** Standard input carries data, so nobody can be asked there. */
  readonly readsInput?: (flags: never) => boolean;
  /** Words that choose what the verb does. They stand after LOCATION, or before it: `key LOCATION list`, `key list LOCATION`. */
  readonly actions?: readonly string[];
}

/** Answers the exit code; nothing means success. */
export type VerbAction<Flags> = (context: VerbContext<Flags>) => Promise<number | void>;

/** Makes `command` run `action` on a repository: settings, password, signals, cleaning up. */
export function runsOnRepository<Flags>(
  command: Command,
  invocation: Invocation,
  traits: VerbTraits,
  action: VerbAction<Flags>,
): void {
  command.action(async (...given: unknown[]) => {
    // Commander adds the options and the command itself to the arguments.
    const words = given
      .slice(0, -2)
      .flat()
      .filter((word): word is string => typeof word === 'string');
    const [location, operands] = splitWords(words, traits.actions ?? []);
    const flags = command.opts<Flags & CommonFlags>();
    configure(invocation, flags, traits);
    const engine = await import('../../engine/index.ts');
    const { output, interruption } = invocation;
    const { signal } = interruption;
    // The traits' function takes the very flags of this verb.
    const promptRefusal = traits.readsInput?.(flags as never) ? 'standard input is the data' : undefined;
    const password = (request: Omit<PasswordRequest, 'promptRefusal'>) =>
      obtainPassword({ ...request, promptRefusal }, process.env, processTerminal(signal));
    const door = new RepositoryDoor(engine, location, signal, () => password(ownPassword(location, flags)));
    const { operation, warningCount } = operationOf(output, signal, traits);
    try {
      const exitCode = await action({
        ...{ engine, output, signal, location, operands, flags, password, operation, warningCount },
        openingRepository: () => door.startOpening(),
        repository: async () => (await door.startOpening()).opening,
      });
      invocation.exitCode = exitCode ?? 0;
    } finally {
      output.clearProgress();
      await door.close();
    }
  });
}

function configure(invocation: Invocation, flags: CommonFlags, traits: VerbTraits): void {
  const { json = false, quiet = false, verbose = 0, debug = false } = flags;
  invocation.output.configure({ json, quiet, verbose });
  invocation.debug = debug;
  invocation.outlivesItsReader = traits.outlivesItsReader;
  invocation.interruption.arm();
}

function ownPassword(location: string, flags: CommonFlags): PasswordRequest {
  const option = { flag: '--password-file', path: flags.passwordFile };
  return { of: location, option, variables: REPOSITORY_VARIABLES };
}

function operationOf(output: Output, signal: AbortSignal, traits: VerbTraits) {
  const startedAtMs = performance.now();
  let warnings = 0;
  const operation: OperationOptions = {
    signal,
    onProgress: (progress) => {
      if (!output.isJson) return output.progress(progress);
      const elapsedSeconds = (performance.now() - startedAtMs) / 1000;
      const record = output.isQuiet ? undefined : traits.progressRecord?.(progress, elapsedSeconds);
      if (record) output.record(record);
    },
    onWarning: (warning) => {
      warnings++;
      output.warn(warning);
    },
  };
  return { operation, warningCount: () => warnings };
}

/** Opens one repository once, and closes it if it was opened. */
class RepositoryDoor {
  readonly #engine: Engine;
  readonly #location: string;
  readonly #signal: AbortSignal;
  readonly #password: () => Promise<Password>;
  #opened: OpeningRepository | undefined;

  constructor(engine: Engine, location: string, signal: AbortSignal, password: () => Promise<Password>) {
    this.#engine = engine;
    this.#location = location;
    this.#signal = signal;
    this.#password = password;
  }

  async startOpening(): Promise<OpeningRepository> {
    const { Repository, openLocation } = this.#engine;
    const password = await this.#password();
    const backend = openLocation(this.#location);
    const opening = Repository.open(backend, { password, signal: this.#signal });
    // Whoever awaits it hears of the failure; nobody may await it when something else fails first.
    opening.catch(() => undefined);
    this.#opened = { opening, backend };
    return this.#opened;
  }

  async close(): Promise<void> {
    const repository = await this.#opened?.opening.catch(() => undefined);
    await repository?.close();
  }
}

function splitWords(words: readonly string[], actions: readonly string[]): [location: string, operands: string[]] {
  const [first = '', second, ...rest] = words;
  if (!actions.includes(first)) return [first, words.slice(1)];
  if (second === undefined) throw new UsageError('LOCATION is missing: where is the repository?');
  return [second, [first, ...rest]];
}

/** For operations that take a lock of their own. */
export function lockOptionsOf(flags: LockFlags): LockOptions {
  return flags.retryLock === undefined ? {} : { retryForMs: flags.retryLock };
}

/** The same where `--no-lock` is understood. */
export function optionalLockOf(flags: LockFlags): LockOptions | 'none' {
  return flags.lock === false ? 'none' : lockOptionsOf(flags);
}

/** A reading verb's work under a shared lock, or under none. */
export function underSharedLock<Result>(
  repository: Repository,
  flags: LockFlags,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const lock = optionalLockOf(flags);
  return lock === 'none' ? work(signal) : repository.withLock('shared', { ...lock, signal }, work);
}

export function requireNoOperands(operands: readonly string[]): void {
  if (operands.length > 0) throw new UsageError(`Too many arguments: ${operands.join(' ')}`);
}
