import type { Command } from 'commander';
import { UsageError } from '../../failure.ts';
import type { Invocation } from '../../invocation.ts';
import { processTerminal, promptForPassword } from '../../password/prompt.ts';
import { readTextInput } from '../input.ts';
import { secretPath } from '../paths.ts';
import {
  addServiceExamples,
  addServiceOptions,
  talksToService,
  type ServiceAction,
  type ServiceContext,
} from '../service-command.ts';

interface SetFlags {
  readonly fromFile?: string;
}

export function define(command: Command, invocation: Invocation): void {
  command
    .argument('<name>', 'letters, digits and . _ -')
    .option('--from-file <file>', 'read the value from a file, - for standard input');
  addServiceOptions(command);
  addServiceExamples(
    command,
    ['secrets set smtp-password', 'secrets set api-token --from-file token.txt', 'secrets set api-token < token.txt'],
    'The value comes from the file, from what is piped in, or is asked for on a terminal; never from the command. One line\nbreak at its end does not count. A secret of that name is replaced.',
  );
  talksToService(command, invocation, run);
}

const run: ServiceAction<SetFlags> = async (context) => {
  const { client, operands, output } = context;
  const [name = ''] = operands;
  const path = secretPath(name);
  // First: nobody should type a secret for a service that is not there.
  const connection = await client();
  await connection.order('PUT', path, { value: await givenValue(context, name) });
  if (output.isJson) output.record({ name });
  else output.say(`Stored the secret ${name}.`);
};

async function givenValue({ flags, signal }: ServiceContext<SetFlags>, name: string): Promise<string> {
  const terminal = processTerminal(signal);
  const isAsked = flags.fromFile === undefined && terminal.isInteractive;
  const value = isAsked
    ? await promptForPassword(terminal, `Value of ${name}: `)
    : readTextInput(flags.fromFile ?? '-', 'the secret').replace(/\r?\n$/, '');
  if (value === '') throw new UsageError('An empty secret is refused.');
  if (isAsked && (await promptForPassword(terminal, 'The same value again: ')) !== value) {
    throw new UsageError('The two values differ. Nothing was changed.');
  }
  return value;
}
