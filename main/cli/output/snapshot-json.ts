import type { StoredSnapshot } from '../../engine/index.ts';

/** A snapshot as restic prints it: its file's fields, then its id. Fields that are empty in the file are left out. */
export function snapshotRecord(snapshot: StoredSnapshot): Record<string, unknown> {
  const { summary } = snapshot;
  return {
    time: snapshot.time,
    ...(snapshot.parent !== undefined && { parent: snapshot.parent }),
    tree: snapshot.tree,
    paths: snapshot.paths,
    ...(snapshot.hostname !== '' && { hostname: snapshot.hostname }),
    ...(snapshot.username !== '' && { username: snapshot.username }),
    ...(snapshot.uid !== 0 && { uid: snapshot.uid }),
    ...(snapshot.gid !== 0 && { gid: snapshot.gid }),
    ...(snapshot.excludes.length > 0 && { excludes: snapshot.excludes }),
    ...(snapshot.tags.length > 0 && { tags: snapshot.tags }),
    ...(snapshot.original !== undefined && { original: snapshot.original }),
    ...(snapshot.programVersion !== undefined && { program_version: snapshot.programVersion }),
    ...(summary !== undefined && { summary: snakeCaseKeys(summary) }),
    id: snapshot.id,
    short_id: snapshot.id.slice(0, 8),
  };
}

/** `totalFilesProcessed` → `total_files_processed`: one level deep, which is all that restic's flat summaries need. */
export function snakeCaseKeys(record: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [snakeCase(key), value]));
}

/** Every level, for results that nest. */
export function snakeCaseDeep(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(snakeCaseDeep);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [snakeCase(key), snakeCaseDeep(inner)]));
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
