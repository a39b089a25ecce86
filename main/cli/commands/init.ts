import type { Command } from 'commander';
import { existsSync } from 'node:fs';
import type { Repository } from '../../engine/index.ts';
import { renderRecoveryKit } from '../../../contracts/recovery-kit-form.ts';
import { UsageError } from '../failure.ts';
import type { Invocation } from '../invocation.ts';
import { REPOSITORY_VARIABLES } from '../password/environment-password.ts';
import * as common from './common-options.ts';
import { openSource } from './from-repository.ts';
import { kitOf, writeRecoveryKit } from './recovery-kit.ts';
import { runsOnRepository, type VerbAction, type VerbContext } from './repository-command.ts';

interface InitFlags {
  readonly repositoryVersion?: 1 | 2;
  readonly copyChunkerParams?: boolean;
  readonly fromRepo?: string;
  readonly fromPasswordFile?: string;
  readonly kit?: string;
}

const VERSIONS = { '1': 1, '2': 2, stable: 2, latest: 2 } as const;

export function define(command: Command, invocation: Invocation): void {
  command
    .argument(...common.LOCATION_ARGUMENT)
    .option('--kit <file>', 'also write the recovery kit to a new file, readable only by you')
    .option('--repository-version <version>', '1 (uncompressed, for restic before 0.14) or 2; default: 2', (text) => {
      return VERSIONS[common.oneOf('1', '2', 'stable', 'latest')(text)];
    })
    .option('--copy-chunker-params', 'cut files as another repository does, so that copies between the two share data')
    .option('--from-repo <location>', 'with --copy-chunker-params: the other repository')
    .option('--from-password-file <file>', 'with --copy-chunker-params: its password');
  common.addCommonOptions(command);
  common.addExamples(
    command,
    [
      '/mnt/backup                                ask for a password twice',
      '/mnt/backup --password-file ~/.backup-password --kit recovery-kit.txt',
      '/mnt/second --copy-chunker-params --from-repo /mnt/backup',
    ],
    'The repository is encrypted. Without its password nobody can restore anything from it, not even its maker.',
  );
  runsOnRepository(command, invocation, { outlivesItsReader: true }, run);
}

const run: VerbAction<InitFlags> = async (context) => {
  const { engine, flags, location, signal } = context;
  if (flags.kit !== undefined && existsSync(flags.kit)) {
    throw new UsageError(`${flags.kit} exists already and is not overwritten. Nothing was done.`);
  }
  if ((flags.fromRepo !== undefined) !== (flags.copyChunkerParams === true)) {
    throw new UsageError('--copy-chunker-params and --from-repo go together.');
  }
  const backend = engine.openLocation(location);
  const source = flags.fromRepo === undefined ? undefined : await openSource(context, flags.fromRepo);
  const chunkerPolynomial = source?.config.chunkerPolynomial;
  await source?.close();
  const password = await context.password({
    of: location,
    option: { flag: '--password-file', path: flags.passwordFile },
    variables: REPOSITORY_VARIABLES,
    isNew: true,
  });
  const repository = await engine.Repository.init(backend, {
    password,
    signal,
    ...(flags.repositoryVersion !== undefined && { version: flags.repositoryVersion }),
    ...(chunkerPolynomial !== undefined && { chunkerPolynomial }),
  });
  try {
    announce(context, repository);
  } finally {
    await repository.close();
  }
};

function announce({ output, flags, location }: VerbContext<InitFlags>, repository: Repository): void {
  const kit = kitOf(repository, location, new Date());
  if (output.isJson) {
    output.record({ message_type: 'initialized', id: kit.repository_id, repository: location, recovery_kit: kit });
  } else {
    output.say(`Made repository ${kit.repository_id.slice(0, 10)} at ${kit.location}.\n`);
    for (const line of renderRecoveryKit(kit)) output.print(line);
  }
  if (flags.kit !== undefined) {
    writeRecoveryKit(flags.kit, kit);
    output.say(`\nThe recovery kit is also in ${flags.kit}.`);
  }
}
