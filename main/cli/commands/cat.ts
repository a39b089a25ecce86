import type { Command } from 'commander';
import type { BlobId, Repository } from '../../engine/index.ts';
import { UsageError } from '../failure.ts';
import type { Invocation } from '../invocation.ts';
import * as common from './common-options.ts';
import {
  requireNoOperands,
  runsOnRepository,
  underSharedLock,
  type VerbAction,
  type VerbContext,
} from './repository-command.ts';

const KINDS = ['config', 'snapshot', 'tree', 'blob', 'index', 'key', 'lock'] as const;

export function define(command: Command, invocation: Invocation): void {
  command
    .argument(...common.LOCATION_ARGUMENT)
    .argument('<kind>', KINDS.join(', '))
    .argument('[id]', 'its id or the start of it; for a tree also SNAPSHOT:FOLDER; config has none');
  common.addCommonOptions(command);
  common.addNoLockOption(command);
  common.addRetryLockOption(command);
  common.addExamples(
    command,
    [
      '/mnt/backup config',
      '/mnt/backup snapshot latest',
      '/mnt/backup tree latest:home/me',
      '/mnt/backup blob 73d04e61 > content',
    ],
    'Objects are shown decrypted. `cat LOCATION config` is also a quick test whether there is a repository.',
  );
  runsOnRepository(command, invocation, { outlivesItsReader: false }, run);
}

const run: VerbAction<common.LockFlags> = async (context) => {
  const [kind = '', id, ...rest] = context.operands;
  requireNoOperands(rest);
  if (!KINDS.some((known) => known === kind))
    throw new UsageError(`Unknown kind "${kind}". Choose one of ${KINDS.join(', ')}.`);
  if (kind === 'config') {
    if (id !== undefined) throw new UsageError('config takes no id: there is only one.');
    return showConfig(context, await context.repository());
  }
  if (id === undefined) throw new UsageError(`Which ${kind}? Give its id.`);
  const repository = await context.repository();
  await underSharedLock(repository, context.flags, context.signal, () => show(context, repository, kind, id));
};

function showConfig(context: VerbContext<unknown>, repository: Repository): void {
  const { version, id, chunkerPolynomial } = repository.config;
  showJson(context, { version, id, chunker_polynomial: chunkerPolynomial.toString(16) });
}

async function show(
  context: VerbContext<unknown>,
  repository: Repository,
  kind: string,
  reference: string,
): Promise<void> {
  const { engine, signal } = context;
  switch (kind) {
    case 'snapshot': {
      const { snapshot } = await engine.findSnapshot(repository, reference, {}, signal);
      return showBytes(context, await repository.unpacked.load('snapshot', snapshot.id, signal));
    }
    case 'index':
    case 'lock': {
      const id = engine.resolveIdPrefix(await repository.unpacked.listIds(kind, signal), reference, kind);
      return showBytes(context, await repository.unpacked.load(kind, id, signal));
    }
    case 'key': {
      const files = await repository.backend.list('key', signal);
      const id = engine.resolveIdPrefix(
        files.map((file) => file.id),
        reference,
        'key',
      );
      return showBytes(context, await repository.backend.read({ type: 'key', id }, undefined, signal));
    }
    case 'tree':
      return showTree(context, repository, reference);
    default:
      return showBlob(context, repository, reference);
  }
}

/** Exactly as stored: its 64-bit numbers would not survive a parse. */
async function showTree(context: VerbContext<unknown>, repository: Repository, reference: string): Promise<void> {
  const { engine, output, signal } = context;
  const isId = engine.isFullId(reference);
  const found = isId ? undefined : await engine.findSnapshot(repository, reference, {}, signal);
  const blobs = new engine.BlobReader(repository, await engine.loadIndex(repository, { signal }));
  let treeId = found ? found.snapshot.tree : (reference as BlobId);
  for (const name of found ? found.subfolder.split('/').filter((part) => part !== '') : []) {
    const nodes = await new engine.TreeReader(blobs).read(treeId, signal);
    const folder = nodes.find((node) => node.name === name)?.subtree;
    if (folder === undefined) throw new UsageError(`The snapshot has no folder ${found?.subfolder}.`);
    treeId = folder;
  }
  output.print((await blobs.read('tree', treeId, signal)).toString('utf8').trimEnd());
}

async function showBlob(context: VerbContext<unknown>, repository: Repository, reference: string): Promise<void> {
  const { engine, output, signal } = context;
  if (!engine.isFullId(reference)) throw new UsageError('A blob needs its whole id of 64 hex digits.');
  const id = reference as BlobId;
  const blobs = new engine.BlobReader(repository, await engine.loadIndex(repository, { signal }));
  const type = !blobs.has('data', id) && blobs.has('tree', id) ? 'tree' : 'data';
  const bytes = await blobs.read(type, id, signal);
  await new Promise<void>((resolve) => output.rawStream().write(bytes, () => resolve()));
}

function showBytes(context: VerbContext<unknown>, json: Buffer): void {
  showJson(context, JSON.parse(json.toString('utf8')));
}

function showJson({ output }: VerbContext<unknown>, value: unknown): void {
  if (output.isJson) output.record(value);
  else output.print(JSON.stringify(value, undefined, 2));
}
