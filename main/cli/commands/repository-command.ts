import type { Command } from 'commander';
import type { LockOptions, OperationOptions, Password, Progress, Repository } from '../../engine/index.ts';
import { UsageError } from '../failure.ts';
import type { Invocation } from '../invocation.ts';
import type { Output } from '../output/output.ts';
import { obtainPassword, REPOSITORY_VARIABLES, type PasswordRequest } from '../password/password-sources.ts';
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
  /**
   * Opens the repository; the first call starts it. Closed again when the verb is done. Verbs pass the promise on where the
   * operation takes one, so that its own start overlaps with the half second a password costs.
   */
  readonly repository: () => Promise<Repository>;
  readonly password: (request: Omit<PasswordRequest, 'promptRefusal'>) => Promise<Password>;
  /** Signal, progress and warnings, as every long operation takes them. */
  readonly operation: OperationOptions;
  /** Warnings that were shown so far. */
  readonly warningCount: () => number;
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
    const { json = false, quiet = false, verbose = 0, debug = false } = flags;
    const { output, interruption } = invocation;
    output.configure({ json, quiet, verbose });
    invocation.debug = debug;
    invocation.outlivesItsReader = traits.outlivesItsReader;
    interruption.arm();

    const engine = await import('../../engine/index.ts');
    const startedAtMs = performance.now();
    let warnings = 0;
    let opening: Promise<Repository> | undefined;
    const password = (request: Omit<PasswordRequest, 'promptRefusal'>) => {
      // The traits' function takes the very flags of this verb.
      const busy = traits.readsInput?.(flags as never) ? 'standard input is the data' : undefined;
      return obtainPassword({ ...request, promptRefusal: busy }, process.env, processTerminal(interruption.signal));
    };
    const open = async () => {
      const secret = await password({
        of: location,
        option: { flag: '--password-file', path: flags.passwordFile },
        variables: REPOSITORY_VARIABLES,
      });
      return engine.Repository.open(engine.openLocation(location), { password: secret, signal: interruption.signal });
    };
    try {
      const exitCode = await action({
        engine,
        output,
        signal: interruption.signal,
        location,
        operands,
        flags,
        repository: () => {
          opening ??= open();
          // Whoever awaits it hears of the failure; nobody may await it when something else fails first.
          opening.catch(() => undefined);
          return opening;
        },
        password,
        operation: {
          signal: interruption.signal,
          onProgress: (progress) => {
            if (!json) output.progress(progress);
            else if (!quiet) {
              const record = traits.progressRecord?.(progress, (performance.now() - startedAtMs) / 1000);
              if (record) output.record(record);
            }
          },
          onWarning: (warning) => {
            warnings++;
            output.warn(warning);
          },
        },
        warningCount: () => warnings,
      });
      invocation.exitCode = exitCode ?? 0;
    } finally {
      output.clearProgress();
      await opening?.then(
        (repository) => repository.close(),
        () => undefined,
      );
    }
  });
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
