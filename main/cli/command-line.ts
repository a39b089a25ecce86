import { Command, CommanderError } from 'commander';
import { EXIT_CODES } from '../app/errors/error-faces.ts';
import { isGroup, type Group, type Verb } from './commands/verbs.ts';
import { describeFailure, type Failure } from './failure.ts';
import { Invocation } from './invocation.ts';
import { productVersion } from './product.ts';

const DESCRIPTION = `Backups that anyone can restore, in the repository format of restic.`;

const EXAMPLES = `
Back up, without any server:
  guardit repo init /mnt/backup                     make an encrypted repository, print its recovery kit
  guardit repo backup /mnt/backup ~/documents       back a folder up
  guardit repo restore /mnt/backup latest --target /tmp/restored

Watch and run tasks:
  guardit serve                                     the service, with its API at http://127.0.0.1:3000
  guardit tasks register nightly-db --name "Nightly database backup" --type database
  guardit status                                    what is wrong comes first

guardit COMMAND --help explains a command, guardit repo backup --help one of a group.`;

/** Runs one of `commands` and answers the process's exit code. Everything it has to say has been written when it resolves. */
export async function runCommandLine(argv: readonly string[], commands: readonly (Verb | Group)[]): Promise<number> {
  const invocation = new Invocation();
  try {
    const program = await buildProgram(argv, invocation, commands);
    await program.parseAsync(argv);
  } catch (error) {
    invocation.exitCode = error instanceof CommanderError ? error.exitCode : report(error, invocation);
  }
  await invocation.output.finish();
  return invocation.finalExitCode;
}

/**
 * Only the verb that was called is loaded; the others are names in the help. Words stand at fixed places, or behind `help`,
 * so no option needs to be understood to find them.
 */
export async function buildProgram(
  argv: readonly string[],
  invocation: Invocation,
  commands: readonly (Verb | Group)[],
): Promise<Command> {
  const program = new Command('guardit')
    .description(DESCRIPTION)
    .version(`guardit ${productVersion()} on Node ${process.versions.node}`)
    .addHelpText('after', EXAMPLES)
    .exitOverride();
  program.configureHelp({ subcommandTerm: (command) => command.name() });
  for (const entry of commands) {
    if (isGroup(entry)) await addGroup(program, entry, argv, invocation);
    else await addVerb(program, entry, argv.slice(2, 4), invocation);
  }
  return program;
}

async function addGroup(
  program: Command,
  group: Group,
  argv: readonly string[],
  invocation: Invocation,
): Promise<void> {
  const { name, summary, description, usage, after, verbs } = group;
  const command = program
    .command(name)
    .summary(summary)
    .description(description)
    .usage(usage)
    .addHelpText('after', after)
    .showHelpAfterError(`guardit ${name} --help lists the verbs.`);
  command.configureHelp({ subcommandTerm: (verb) => verb.name() });
  // A verb of another group may have the same name.
  const wanted = argv.slice(2, 4).includes(name) ? argv.slice(3, 5) : [];
  for (const verb of verbs) await addVerb(command, verb, wanted, invocation);
}

async function addVerb(parent: Command, verb: Verb, wanted: readonly string[], invocation: Invocation): Promise<void> {
  const { name, summary, load } = verb;
  const command = parent.command(name).summary(summary).description(summary);
  if (!wanted.includes(name)) return;
  const module = await load();
  module.define(command, invocation);
  const words = parent.parent ? `${parent.name()} ${name}` : name;
  command.showHelpAfterError(`guardit ${words} --help explains it.`);
}

/** Says what went wrong, in the form that was asked for, and answers the exit code. */
function report(error: unknown, invocation: Invocation): number {
  const { output, interruption, debug } = invocation;
  if (invocation.isPointless) return EXIT_CODES.failure;
  const stopped = interruption.signal.aborted;
  const failure: Failure = stopped
    ? { exitCode: EXIT_CODES.interrupted, message: 'Interrupted.', unexpected: false }
    : describeFailure(error);
  output.fail(failure.message, failure.exitCode);
  if (debug && !stopped && error instanceof Error) output.complain(stackOf(error));
  return failure.exitCode;
}

function stackOf(error: Error): string {
  const stack = error.stack ?? error.message;
  return error.cause instanceof Error ? `${stack}\ncaused by ${stackOf(error.cause)}` : stack;
}
