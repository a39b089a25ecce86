import { expect } from 'vitest';
import type { MemoryStore } from '../../main/engine/backend/memory-backend.ts';
import { check } from '../../main/engine/maintenance/check.ts';
import type { Repository } from '../../main/engine/repository/repository.ts';
import { exportStore } from './crash-points.ts';
import { hasRestic, restic, scratchFolder } from './restic.ts';

/** Our check finds no error. Orphan packs and the like are hints, and harmless. */
export async function expectCheckClean(repository: Repository, when: string): Promise<void> {
  const { errors } = await check({ repository, lock: 'none' });
  expect(errors, when).toEqual([]);
}

/** The real restic unlocks the repository, finds no error in it and lists these snapshots. */
export async function expectResticContent(store: MemoryStore, snapshots: readonly string[]): Promise<void> {
  if (!hasRestic) return;
  const scratch = scratchFolder();
  try {
    exportStore(store, scratch.path);
    await restic(scratch.path, ['unlock', '--remove-all']);
    const { stdout } = await restic(scratch.path, ['check', '--read-data']);
    expect(stdout).toContain('no errors were found');
    const listed = await restic(scratch.path, ['list', 'snapshots']);
    expect(listed.stdout.split('\n').filter(Boolean).sort()).toEqual([...snapshots].sort());
  } finally {
    scratch.remove();
  }
}
