/**
 * `node scripts/cli-reference.ts` writes docs/CLI.md: the help of every command, as the program prints it. A test fails when
 * the file and the program no longer agree.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { buildProgram } from '../main/cli/command-line.ts';
import { COMMANDS } from '../main/cli/commands/commands.ts';
import { isGroup } from '../main/cli/commands/verbs.ts';
import { Invocation } from '../main/cli/invocation.ts';

export const CLI_REFERENCE = fileURLToPath(new URL('../docs/CLI.md', import.meta.url));
const HELP_WIDTH = 110;
// One for all: it watches the standard streams.
const invocation = new Invocation();

const INTRODUCTION = `# The command line

Written by \`node scripts/cli-reference.ts\` from the program's own help: \`guardit --help\`,
\`guardit COMMAND --help\`, \`guardit COMMAND VERB --help\`. In a checkout the program is \`scripts/guardit\`.`;

/** The whole document. */
export async function renderCliReference(): Promise<string> {
  const sections = [INTRODUCTION, section('guardit', await helpOf([]))];
  for (const entry of COMMANDS) {
    sections.push(section(`guardit ${entry.name}`, await helpOf([entry.name])));
    if (!isGroup(entry)) continue;
    for (const { name } of entry.verbs) {
      sections.push(section(`guardit ${entry.name} ${name}`, await helpOf([entry.name, name])));
    }
  }
  return `${sections.join('\n\n')}\n`;
}

function section(title: string, help: string): string {
  return `## ${title}\n\n\`\`\`text\n${help.trim()}\n\`\`\``;
}

async function helpOf(words: readonly string[]): Promise<string> {
  let command: Command | undefined = await buildProgram(['node', 'guardit', ...words], invocation, COMMANDS);
  for (const word of words) command = command?.commands.find((candidate) => candidate.name() === word);
  if (!command) throw new Error(`There is no command ${words.join(' ')}.`);
  let help = '';
  const widths = { getOutHelpWidth: () => HELP_WIDTH, getErrHelpWidth: () => HELP_WIDTH };
  command.configureOutput({ ...widths, writeOut: (text) => (help += text), getOutHasColors: () => false });
  command.outputHelp();
  return help;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(CLI_REFERENCE, await renderCliReference());
