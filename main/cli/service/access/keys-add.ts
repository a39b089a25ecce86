import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { NewApiKey, ROLES } from '../../../../contracts/access.ts';
import { durationMs, oneOf, pointInTime } from '../../commands/common-options.ts';
import { UsageError } from '../../failure.ts';
import type { Invocation } from '../../invocation.ts';
import { addServiceExamples, addServiceOptions, talksToService, type ServiceAction } from '../service-command.ts';

interface AddFlags {
  readonly role: string;
  readonly expires?: Date;
  /** Milliseconds. */
  readonly expiresIn?: number;
  readonly agent?: string;
  readonly tenant?: string;
  readonly keyFile?: string;
}

export function define(command: Command, invocation: Invocation): void {
  command
    .argument('<name>', 'what it is for')
    .requiredOption('--role <role>', ROLES.join(', '), oneOf(...ROLES))
    .option('--expires <time>', "such as '2027-12-31'", pointInTime)
    .option('--expires-in <duration>', 'such as 90d', durationMs)
    .option('--agent <id>', 'with the role agent: the only agent that it is for')
    .option('--tenant <id>', 'only for this tenant')
    .option('--key-file <file>', 'write the key to a new file that only you can read, instead of showing it');
  addServiceOptions(command);
  addServiceExamples(
    command,
    [
      'keys add "Backup scripts" --role reporter --key-file reporter.key',
      'keys add "Dashboard" --role viewer --expires-in 90d',
    ],
    'The key is shown once: GuardIT keeps a hash of it.',
  );
  talksToService(command, invocation, run);
}

const run: ServiceAction<AddFlags> = async ({ client, flags, operands, output }) => {
  const { role, expires, expiresIn, agent: agentId, tenant: tenantId, keyFile } = flags;
  if (expires && expiresIn !== undefined) throw new UsageError('Give --expires or --expires-in, not both.');
  const end = expires ?? (expiresIn === undefined ? null : new Date(Date.now() + expiresIn));
  const connection = await client();
  // Before the key exists: one that could not be written would be lost.
  if (keyFile !== undefined) createEmpty(keyFile);
  const body = { name: operands[0], role, expiresAt: end?.toISOString() ?? null, agentId, tenantId };
  const { key, ...made } = await connection.send('POST', '/api/auth/keys', NewApiKey, body);
  if (keyFile !== undefined) writeFileSync(keyFile, `${key}\n`);
  if (output.isJson) return output.record(keyFile === undefined ? { ...made, key } : { ...made, key_file: keyFile });
  if (keyFile === undefined) output.print(key);
  output.say(
    `${keyFile === undefined ? 'This is' : `${keyFile} holds`} the key ${made.id} (${made.role}). It is not shown again.`,
  );
};

function createEmpty(path: string): void {
  try {
    writeFileSync(path, '', { flag: 'wx', mode: 0o600 });
  } catch (error) {
    throw new UsageError(
      `The key can't be written to a new file ${path}: ${error instanceof Error ? error.message : ''}`,
    );
  }
}
