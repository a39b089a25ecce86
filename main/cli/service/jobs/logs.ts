import type { Command } from 'commander';
import type { Invocation } from '../../invocation.ts';
import { UsageError } from '../../failure.ts';
import { runPath } from '../paths.ts';
import { pour } from '../pour.ts';
import { addServiceExamples, addServiceOptions, talksToService, type ServiceAction } from '../service-command.ts';
import { addRunArgument, chosenRun, type RunArgumentFlags } from './run-argument.ts';

interface LogFlags extends RunArgumentFlags {
  readonly follow?: boolean;
}

export function define(command: Command, invocation: Invocation): void {
  addRunArgument(command);
  command.option('-f, --follow', 'go on until the run has ended');
  addServiceOptions(command);
  addServiceExamples(
    command,
    ['jobs logs 5f2a91c0', 'jobs logs --task log-cleanup --follow'],
    'The bytes as the task wrote them. On a terminal, control characters are shown instead of obeyed.',
  );
  talksToService(command, invocation, run);
}

const run: ServiceAction<LogFlags> = async (context) => {
  const { client, flags, output, signal } = context;
  if (flags.json)
    throw new UsageError('A log is text; there is no --json of it. "guardit jobs show --json" has the rest.');
  const path = runPath(await chosenRun(context), 'log');
  const log = await (await client()).stream(path, { follow: flags.follow });
  // A log may hold sequences that command a terminal; a file or another program gets the bytes as they are.
  await pour(process.stdout.isTTY ? shownText(log) : log, output, signal);
};

// C0 but tab, line feed and carriage return; DEL; C1.
const COMMANDS = /[^\P{Cc}\t\n\r]/gu;

export async function* shownText(bytes: AsyncIterable<Uint8Array>): AsyncIterable<string> {
  const decoder = new TextDecoder();
  for await (const piece of bytes) yield visible(decoder.decode(piece, { stream: true }));
  yield visible(decoder.decode());
}

function visible(text: string): string {
  return text.replace(COMMANDS, (character) => {
    const code = character.charCodeAt(0);
    return code < 0x20 ? String.fromCharCode(0x2400 + code) : '\ufffd';
  });
}
