import { chmodSync, cpSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { LocalBackend } from '../../main/engine/backend/local-backend.ts';
import type { FileRef } from '../../main/engine/backend/backend.ts';
import type { IndexId, PackId, SnapshotId } from '../../main/engine/base/ids.ts';
import type { CheckResult } from '../../main/engine/maintenance/check-result.ts';
import { check } from '../../main/engine/maintenance/check.ts';
import { loadIndex } from '../../main/engine/repository/load-index.ts';
import type { Repository } from '../../main/engine/repository/repository.ts';
import { listSnapshots } from '../../main/engine/snapshot/snapshot-store.ts';
import { ChangingFolder } from './changing-folder.ts';
import { initFolder, openFolder } from './repositories.ts';
import { restic, scratchFolder } from './restic.ts';
import { compareTrees } from './tree-compare.ts';

export type Harm = 'a bit flipped' | 'the end cut off' | 'the file deleted';
export const HARMS: readonly Harm[] = ['a bit flipped', 'the end cut off', 'the file deleted'];

/** A repository of two snapshots by restic, of which copies are damaged in one place at a time. */
export class DamagedRepository {
  readonly #scratch = scratchFolder();
  readonly #sound = join(this.#scratch.path, 'sound');
  readonly #states: string[] = [];
  readonly path = join(this.#scratch.path, 'repository');
  /** One of each kind; snapshots oldest first. */
  dataPack = '' as PackId;
  treePack = '' as PackId;
  index = '' as IndexId;
  snapshots: readonly SnapshotId[] = [];

  async make(): Promise<void> {
    const source = new ChangingFolder(join(this.#scratch.path, 'source'), join(this.#scratch.path, 'states'));
    const repository = await initFolder(this.#sound);
    for (let i = 0; i < 2; i++) {
      this.#states.push(source.change());
      await restic(this.#sound, ['backup', 'source'], { cwd: this.#scratch.path });
    }
    const index = await loadIndex(repository);
    for (let pack = index.packCount - 1; pack >= 0; pack--) {
      const isTree = index.table.type(index.packEntries(pack).at(0)) === 'tree';
      if (isTree) this.treePack = index.packId(pack);
      else this.dataPack = index.packId(pack);
    }
    this.index = index.indexIds[0] ?? this.index;
    this.snapshots = (await listSnapshots(repository)).map(({ id }) => id).reverse();
  }

  remove(): void {
    this.#scratch.remove();
  }

  /** A fresh copy with one object harmed. */
  async damage(ref: FileRef, harm: Harm): Promise<Repository> {
    rmSync(this.path, { recursive: true, force: true });
    cpSync(this.#sound, this.path, { recursive: true });
    const repository = await openFolder(this.path);
    const file = new LocalBackend(this.path).localPath(ref);
    chmodSync(file, 0o600);
    const bytes = readFileSync(file);
    if (harm === 'the file deleted') rmSync(file);
    else if (harm === 'the end cut off') truncateSync(file, Math.floor(bytes.length * 0.6));
    else {
      const at = Math.floor(bytes.length / 3);
      bytes[at] = (bytes[at] ?? 0) ^ 0x10;
      writeFileSync(file, bytes);
    }
    return repository;
  }

  /** Neither we nor restic find an error. */
  async expectSound(repository: Repository): Promise<void> {
    expect((await look(repository)).errors).toEqual([]);
    const { stdout } = await restic(this.path, ['check', '--read-data']);
    expect(stdout).toContain('no errors were found');
  }

  /** What is not as it was when the snapshot of a state (0 or 1) is restored by restic. */
  async lostFiles(snapshot: SnapshotId, state: number): Promise<string[]> {
    const target = join(this.#scratch.path, 'restored');
    await restic(this.path, ['restore', snapshot, '--target', target]);
    // The copies of the states have times that went through a double.
    const lost = compareTrees(this.#states[state] ?? '', join(target, 'source'), { ignore: ['mtimeNs'] });
    rmSync(target, { recursive: true });
    return lost;
  }
}

/** Everything that our check can say. */
export function look(repository: Repository): Promise<CheckResult> {
  return check({ repository, lock: 'none', readData: true, affectedSnapshots: true, workers: 1 });
}
