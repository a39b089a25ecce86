import { resolve } from 'node:path';
import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { CreatedRepository } from '../../../../contracts/repositories.ts';
import { wholeNumber } from '../../commands/common-options.ts';
import { UsageError } from '../../failure.ts';
import type { Invocation } from '../../invocation.ts';
import { addServiceExamples, addServiceOptions, talksToService, type ServiceAction } from '../service-command.ts';

interface AddFlags {
  readonly immutableDays?: number;
  readonly keyRotationDays?: number;
  readonly kitFile?: string;
}

export function define(command: Command, invocation: Invocation): void {
  command
    .argument('<name>', 'for people; its id is made from it')
    .argument('<folder>', 'where it is to be; made where it is missing')
    .option('--immutable-days <n>', 'nobody can delete a backup in it before so many days', wholeNumber)
    .option('--key-rotation-days <n>', 'how often its key is replaced; 0 for never (default: 90)', wholeNumber)
    .option('--kit-file <file>', 'write the recovery kit there, instead of showing it');
  addServiceOptions(command);
  addServiceExamples(
    command,
    [
      'repositories add nas /mnt/nas/guardit',
      'repositories add vault /mnt/vault --immutable-days 30 --kit-file kit.json',
    ],
    'The recovery kit holds the only password that people have. It is shown once: print it and keep it elsewhere, then\nsay so with "guardit repositories confirm-kit".',
  );
  talksToService(command, invocation, run);
}

const run: ServiceAction<AddFlags> = async ({ client, flags, operands, output }) => {
  const [name = '', folder = ''] = operands;
  const body = {
    name,
    kind: 'local',
    location: { path: resolve(folder) },
    immutable_days: flags.immutableDays,
    key_rotation_days: flags.keyRotationDays,
  };
  const connection = await client();
  const { recovery_kit: kit, ...made } = await connection.send('POST', '/api/v1/repositories', CreatedRepository, body);
  if (flags.kitFile !== undefined) keepKit(flags.kitFile, kit);
  if (output.isJson) return output.record(flags.kitFile === undefined ? { ...made, recovery_kit: kit } : made);
  output.say(`Made the repository ${made.repository_id}.`);
  if (flags.kitFile === undefined) output.print(`\n${kit.text}`);
  else output.say(`Its recovery kit is in ${flags.kitFile}: keep it where this machine's end does not reach it.`);
};

/** Never over an existing file. */
function keepKit(path: string, kit: object): void {
  try {
    writeFileSync(path, `${JSON.stringify(kit, null, 2)}\n`, { mode: 0o600, flag: 'wx', flush: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(
      `The repository is made, but its kit could not be written to ${path}: ${reason}. Make a new one: guardit repositories kit.`,
    );
  }
}
