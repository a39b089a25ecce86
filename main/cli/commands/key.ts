import type { Command } from 'commander';
import type { KeyId, Repository } from '../../engine/index.ts';
import { UsageError } from '../failure.ts';
import type { Invocation } from '../invocation.ts';
import { formatLocalTime } from '../output/format.ts';
import { printable } from '../output/printable.ts';
import { renderTable } from '../output/table.ts';
import * as common from './common-options.ts';
import {
  lockOptionsOf,
  requireNoOperands,
  runsOnRepository,
  type VerbAction,
  type VerbContext,
} from './repository-command.ts';

interface KeyFlags extends common.LockFlags {
  readonly newPasswordFile?: string;
  readonly user?: string;
  readonly host?: string;
}

const ACTIONS = ['list', 'add', 'remove', 'passwd'] as const;

export function define(command: Command, invocation: Invocation): void {
  command
    .usage('LOCATION list|add|passwd|remove ID [options]')
    .argument(...common.LOCATION_ARGUMENT)
    .argument('[action]', `${ACTIONS.join(', ')} (default: list)`)
    .argument('[id]', 'with remove: the id of the key, or its start')
    .option('--new-password-file <file>', 'with add and passwd: the new password, instead of a question')
    .option('--user <name>', "with add and passwd: the new key's user name")
    .option('--host <name>', "with add and passwd: the new key's host name");
  common.addCommonOptions(command);
  common.addRetryLockOption(command);
  common.addExamples(
    command,
    [
      '/mnt/backup list',
      '/mnt/backup add --new-password-file second-password',
      '/mnt/backup passwd',
      '/mnt/backup remove 5f2a91c0',
    ],
    'Every key opens the whole repository with a password of its own. Removing one locks its password out.',
  );
  runsOnRepository(command, invocation, { outlivesItsReader: true, actions: ACTIONS }, run);
}

const run: VerbAction<KeyFlags> = async (context) => {
  const { flags, signal } = context;
  const [action = 'list', ...operands] = context.operands;
  if (action !== 'remove') requireNoOperands(operands);
  const repository = await context.repository();
  const lock = { ...lockOptionsOf(flags), signal };
  switch (action) {
    case 'list':
      return listKeys(context, repository);
    case 'add':
      return repository.withLock('shared', lock, () => addKey(context, repository));
    case 'passwd':
      return repository.withLock('exclusive', lock, () => changePassword(context, repository));
    case 'remove':
      return repository.withLock('exclusive', lock, () => removeKey(context, repository, operands));
    default:
      throw new UsageError(`Unknown action "${action}". Choose one of ${ACTIONS.join(', ')}.`);
  }
};

async function listKeys({ output, signal }: VerbContext<KeyFlags>, repository: Repository): Promise<void> {
  const keys = await repository.listKeys(signal);
  if (output.isJson) {
    const records = keys.map(({ current, id, username, hostname, created }) => ({
      current,
      // The short form, as restic lists keys.
      id: id.slice(0, 8),
      userName: username,
      hostName: hostname,
      created: created === '' ? '' : formatLocalTime(created),
    }));
    return output.record(records);
  }
  const rows = keys.map(({ current, id, username, hostname, created }) => [
    `${current ? '*' : ' '}${id.slice(0, 8)}`,
    printable(username),
    printable(hostname),
    formatLocalTime(created),
  ]);
  const columns = [{ title: ' ID' }, { title: 'User' }, { title: 'Host' }, { title: 'Created' }];
  for (const line of renderTable(columns, rows)) output.print(line);
  output.say('* opened the repository just now');
}

function newPassword({ flags, location, password }: VerbContext<KeyFlags>) {
  return password({
    of: location,
    option: { flag: '--new-password-file', path: flags.newPasswordFile },
    variables: [],
    isNew: true,
  });
}

function newKeyOptions({ flags, signal }: VerbContext<KeyFlags>) {
  return {
    signal,
    ...(flags.user !== undefined && { username: flags.user }),
    ...(flags.host !== undefined && { hostname: flags.host }),
  };
}

async function addKey(context: VerbContext<KeyFlags>, repository: Repository): Promise<void> {
  const id = await repository.addKey(await newPassword(context), newKeyOptions(context));
  reportKey(context, 'added', id, `Added key ${id.slice(0, 8)}. Its password opens the repository from now on.`);
}

async function changePassword(context: VerbContext<KeyFlags>, repository: Repository): Promise<void> {
  const id = await repository.changePassword(await newPassword(context), newKeyOptions(context));
  reportKey(context, 'changed', id, `The password is changed; the new key is ${id.slice(0, 8)}.`);
}

async function removeKey(
  context: VerbContext<KeyFlags>,
  repository: Repository,
  operands: readonly string[],
): Promise<void> {
  const { engine, signal } = context;
  const [prefix, ...more] = operands;
  if (prefix === undefined) throw new UsageError('Which key? Give its id; "key LOCATION list" shows them.');
  requireNoOperands(more);
  const ids = (await repository.listKeys(signal)).map((key) => key.id);
  const id = engine.resolveIdPrefix<KeyId>(ids, prefix, 'key');
  await repository.removeKey(id, signal);
  reportKey(context, 'removed', id, `Removed key ${id.slice(0, 8)}. Its password opens nothing any more.`);
}

function reportKey({ output }: VerbContext<KeyFlags>, change: string, id: KeyId, sentence: string): void {
  if (output.isJson) output.record({ message_type: 'key', action: change, id });
  else output.say(sentence);
}
