import type { Repository, SnapshotFilter, StoredSnapshot } from '../../engine/index.ts';
import type { Output } from '../output/output.ts';
import type { SnapshotFilterFlags } from './common-options.ts';
import type { Engine } from './repository-command.ts';

/** The filter that `--host`, `--tag` and `--path` describe. An empty host lifts the default that RESTIC_HOST sets. */
export function filterOf(flags: SnapshotFilterFlags): SnapshotFilter {
  const environmentHost = process.env['RESTIC_HOST'];
  const hosts = flags.host ?? (environmentHost ? [environmentHost] : []);
  return {
    hosts: hosts.length === 1 && hosts[0] === '' ? [] : hosts,
    tagLists: (flags.tag ?? []).map(splitTags),
    paths: flags.path ?? [],
  };
}

/** `a,b` as restic reads it; the empty text is the empty tag, which stands for "untagged". */
export function splitTags(list: string): string[] {
  return list.split(',').map((tag) => tag.trim());
}

/** Snapshots that were named, in that order, else all that pass the filter, newest first. Damaged ones are warned about. */
export async function selectSnapshots(
  { engine, output, signal }: { engine: Engine; output: Output; signal: AbortSignal },
  repository: Repository,
  references: readonly string[],
  filter: SnapshotFilter,
): Promise<StoredSnapshot[]> {
  if (references.length === 0) {
    const onDamaged = (id: string, error: Error) => output.warn({ item: id, message: error.message, during: 'list' });
    return engine.filterSnapshots(await engine.listSnapshots(repository, { signal, onDamaged }), filter);
  }
  const found: StoredSnapshot[] = [];
  for (const reference of references) {
    const { snapshot } = await engine.findSnapshot(repository, reference, filter, signal);
    if (!found.some(({ id }) => id === snapshot.id)) found.push(snapshot);
  }
  return found;
}
