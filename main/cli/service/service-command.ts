import type { Command } from 'commander';
import type { Attachment, AttachOptions, ServiceClient } from '../../host/attach/index.ts';
import { UsageError } from '../failure.ts';
import type { Invocation } from '../invocation.ts';
import type { Output } from '../output/output.ts';
import { obtainPassword, type PasswordRequest } from '../password/password-sources.ts';
import { processTerminal } from '../password/prompt.ts';
import { LoginFile } from './login-file.ts';

/** What every command that talks to the service understands. */
export interface ServiceFlags {
  readonly url?: string;
  readonly dataDir?: string;
  readonly tokenFile?: string;
  readonly caFile?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly debug?: boolean;
}

export interface ServiceContext<Flags> {
  readonly output: Output;
  readonly signal: AbortSignal;
  readonly flags: Flags & ServiceFlags;
  readonly operands: readonly string[];
  readonly logins: LoginFile;
  /** Finds the service, once. It is let go when the command is done. */
  readonly service: () => Promise<Attachment>;
  readonly client: () => Promise<ServiceClient>;
  /** The same, but as nobody: for logging in. */
  readonly serviceAsNobody: () => Promise<Attachment>;
  readonly password: (request: PasswordRequest) => Promise<string>;
}

/** Answers the exit code; nothing means success. */
export type ServiceAction<Flags> = (context: ServiceContext<Flags>) => Promise<number | void>;

export function addServiceOptions(command: Command): void {
  command
    .optionsGroup('Options of every command that talks to the service:')
    .option('--url <address>', 'where the service is (default: $GUARDIT_URL, else as its data folder says)')
    .option('--data-dir <folder>', "the service's data folder (default: $GUARDIT_DATA_DIR, else the usual one)")
    .option('--token-file <file>', 'read the token or API key from a file (default: $GUARDIT_TOKEN_FILE)')
    .option('--ca-file <file>', "certificates to believe beside the system's, as PEM")
    .option('--json', "the service's answer as JSON, on one line")
    .option('-q, --quiet', 'only results and trouble')
    .option('--debug', 'show where an error came from')
    .helpOption('-h, --help', 'explain this command');
}

/** Shows worked examples below the options. */
export function addServiceExamples(command: Command, lines: readonly string[], closing = ''): void {
  const examples = lines.map((line) => `  guardit ${line}`);
  command.addHelpText('after', ['', 'Examples:', ...examples, ...(closing ? ['', closing] : [])].join('\n'));
}

/** Makes `command` run `action`: settings, signals, cleaning up. */
export function talksToService<Flags>(command: Command, invocation: Invocation, action: ServiceAction<Flags>): void {
  command.action(async (...given: unknown[]) => {
    // Commander adds the options and the command itself to the arguments.
    const operands = given
      .slice(0, -2)
      .flat()
      .filter((word): word is string => typeof word === 'string');
    const flags = command.opts<Flags & ServiceFlags>();
    const { output, interruption } = invocation;
    output.configure({ json: flags.json ?? false, quiet: flags.quiet ?? false, verbose: 0 });
    invocation.debug = flags.debug ?? false;
    invocation.stopMessage = '';
    interruption.arm();
    const { signal } = interruption;
    const logins = new LoginFile(process.env);
    const door = new ServiceDoor(flags, logins, signal);
    try {
      const exitCode = await action({
        ...{ output, signal, flags, operands, logins },
        service: () => door.open(),
        client: async () => (await door.open()).client,
        serviceAsNobody: () => door.openAsNobody(),
        password: (request) => passwordText(request, signal),
      });
      invocation.exitCode = exitCode ?? 0;
    } finally {
      await door.close();
    }
  });
}

/** Attaches once, and lets go if it did. */
class ServiceDoor {
  readonly #options: AttachOptions;
  #opening: Promise<Attachment> | undefined;

  constructor(flags: ServiceFlags, logins: LoginFile, signal: AbortSignal) {
    const { url, dataDir, tokenFile, caFile = process.env['GUARDIT_CA_FILE'] || undefined } = flags;
    const loginAt = (at: string) => logins.find(at)?.token ?? null;
    this.#options = { url, dataFolder: dataDir, tokenFile, caFile, env: process.env, loginAt, signal };
  }

  open(): Promise<Attachment> {
    this.#opening ??= import('../../host/attach/index.ts').then(({ attach }) => attach(this.#options));
    return this.#opening;
  }

  openAsNobody(): Promise<Attachment> {
    this.#opening ??= import('../../host/attach/index.ts').then(({ attachAsNobody }) => attachAsNobody(this.#options));
    return this.#opening;
  }

  async close(): Promise<void> {
    const attachment = await this.#opening?.catch(() => undefined);
    await attachment?.client.close();
  }
}

/** People log in with text; a file that holds none is the wrong file. */
async function passwordText(request: PasswordRequest, signal: AbortSignal): Promise<string> {
  const password = await obtainPassword(request, process.env, processTerminal(signal));
  if (typeof password === 'string') return password;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(password);
  } catch {
    throw new UsageError(`The password for ${request.of} is not text.`);
  }
}
