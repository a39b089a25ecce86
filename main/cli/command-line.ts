import { Command, CommanderError } from 'commander';
import { EXIT_CODES } from '../app/errors/error-faces.ts';
import { VERBS, verbNamed } from './commands/verbs.ts';
import { describeFailure, type Failure } from './failure.ts';
import { Invocation } from './invocation.ts';
import { productVersion } from './product.ts';

const DESCRIPTION = `Backups that anyone can restore, in the repository format of restic.`;

const EXAMPLES = `
Start here:
  guardit repo init /mnt/backup                     make an encrypted repository, print its recovery kit
  guardit repo backup /mnt/backup ~/documents       back a folder up
  guardit repo snapshots /mnt/backup                see what is there
  guardit repo restore /mnt/backup latest --target /tmp/restored

guardit repo --help lists all verbs; guardit repo backup --help explains one.`;

const REPO_EXAMPLES = `
LOCATION comes right after the verb: a folder such as /mnt/backup.

Passwords never stand in the command. They come from --password-file FILE, from GUARDIT_PASSWORD_FILE or
GUARDIT_PASSWORD (or restic's RESTIC_PASSWORD_FILE and RESTIC_PASSWORD), or are asked for on a terminal.

Exit codes: 0 done, 1 failed, 3 done but incomplete, 10 no repository, 11 locked, 12 wrong password, 130 interrupted.

guardit repo VERB --help explains a verb, with examples.`;

/** Runs one command and answers the process's exit code. Everything it has to say has been written when it resolves. */
export async function runCommandLine(argv: readonly string[]): Promise<number> {
  const invocation = new Invocation();
  try {
    const program = await buildProgram(argv, invocation);
    await program.parseAsync(argv);
  } catch (error) {
    invocation.exitCode = error instanceof CommanderError ? error.exitCode : report(error, invocation);
  }
  await invocation.output.finish();
  return invocation.finalExitCode;
}

/**
 * Only the verb that was called is loaded; the others are names in the help. The verb stands at a fixed place, or behind
 * `help`, so no option needs to be understood to find it.
 */
export async function buildProgram(argv: readonly string[], invocation: Invocation): Promise<Command> {
  const program = new Command('guardit')
    .description(DESCRIPTION)
    .version(`guardit ${productVersion()} on Node ${process.versions.node}`)
    .addHelpText('after', EXAMPLES)
    .exitOverride();
  const repo = program
    .command('repo')
    .summary('work on a repository, without any server')
    .description('Work on a repository directly: no server is needed, not even the product that made the backups.')
    .usage('VERB LOCATION [arguments] [options]')
    .addHelpText('after', REPO_EXAMPLES)
    .showHelpAfterError('guardit repo --help lists the verbs.');
  repo.configureHelp({ subcommandTerm: (command) => command.name() });
  const serve = program
    .command('serve')
    .summary('run the service: API, schedules, runs')
    .description('Run the service, which owns a data folder: catalog, API, schedules and runs.')
    .showHelpAfterError('guardit serve --help explains it.');
  if (argv.slice(2, 4).includes('serve')) (await import('./commands/serve.ts')).define(serve, invocation);
  const wanted = argv.slice(3, 5).map(verbNamed);
  for (const verb of VERBS) {
    const command = repo.command(verb.name).summary(verb.summary).description(verb.summary);
    if (!wanted.includes(verb)) continue;
    const module = await verb.load();
    module.define(command, invocation);
    command.showHelpAfterError(`guardit repo ${verb.name} --help explains the verb.`);
  }
  return program;
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
