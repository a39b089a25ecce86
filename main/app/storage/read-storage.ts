import type { StorageStatusView } from '../../../contracts/storage.ts';
import type { Catalog, Stores } from '../catalog/ports.ts';
import { repositoryNotFound } from '../repositories/repository-access.ts';
import { dayBefore } from './days.ts';
import { storageOf, storageStatusView } from './storage-report.ts';

export async function storageStatus(catalog: Catalog, now: Date): Promise<StorageStatusView> {
  return catalog.read(async (stores) => storageStatusView(await storageOf(stores, now), await sourceBytes(stores)));
}

/** The last `days` that have a figure. Throws `not_found`. */
export async function storageHistory(catalog: Catalog, repositoryId: string, now: Date, days: number) {
  return catalog.read(async ({ repositories, storage }) => {
    if (!(await repositories.find(repositoryId))) throw repositoryNotFound(repositoryId);
    const samples = await storage.list(repositoryId, dayBefore(now, days));
    return {
      repository_id: repositoryId,
      days: samples.map((sample) => ({
        day: sample.day,
        stored_bytes: sample.storedBytes,
        free_bytes: sample.freeBytes,
        capacity_bytes: sample.capacityBytes,
        snapshots: sample.snapshots,
      })),
    };
  });
}

/** What all backups hold, each counted whole. */
async function sourceBytes({ targets, backups }: Stores): Promise<number> {
  let total = 0;
  for (const { id } of await targets.list({ withRemoved: true })) {
    for (const { facts } of await backups.completed(id)) total += facts?.totalBytes ?? 0;
  }
  return total;
}
