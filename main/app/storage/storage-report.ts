import type { RepositoryStorageView, StorageStatusView } from '../../../contracts/storage.ts';
import { toInstant } from '../../../contracts/common/instant.ts';
import type { Stores } from '../catalog/ports.ts';
import type { RepositoryRecord } from '../repositories/ports.ts';
import { dayBefore } from './days.ts';
import { forecast, storageState, usedPercentOf, type Forecast, type StorageState } from './forecast.ts';
import type { StorageSample } from './ports.ts';

/** How a repository's storage stands. */
export interface RepositoryStorage {
  readonly repository: RepositoryRecord;
  readonly sample: StorageSample | null;
  readonly forecast: Forecast;
  readonly state: StorageState;
}

/** Days that the forecast looks back. */
const TREND_DAYS = 30;
const WORST_FIRST: readonly StorageState[] = ['critical', 'warning', 'unknown', 'ok'];

export async function storageOf(
  stores: Pick<Stores, 'repositories' | 'storage'>,
  now: Date,
): Promise<RepositoryStorage[]> {
  const found: RepositoryStorage[] = [];
  for (const repository of await stores.repositories.list()) {
    const samples = await stores.storage.list(repository.id, dayBefore(now, TREND_DAYS));
    const sample = samples.at(-1) ?? (await stores.storage.latest(repository.id));
    const trend = forecast(samples);
    found.push({ repository, sample, forecast: trend, state: storageState(sample, trend) });
  }
  return found;
}

/** `sourceBytes`: what the backups hold, each counted whole. */
export function storageStatusView(storages: readonly RepositoryStorage[], sourceBytes: number): StorageStatusView {
  const total = storages.reduce((sum, { sample }) => sum + (sample?.storedBytes ?? 0), 0);
  return {
    status: WORST_FIRST.find((state) => storages.some((storage) => storage.state === state)) ?? 'ok',
    total_stored_bytes: total,
    source_bytes: sourceBytes,
    deduplication_ratio: total > 0 ? sourceBytes / total : null,
    repositories: storages.map(repositoryStorageView),
  };
}

function repositoryStorageView(storage: RepositoryStorage): RepositoryStorageView {
  const { repository, sample, state } = storage;
  return {
    repository_id: repository.id,
    name: repository.name,
    kind: repository.kind,
    state,
    problem: repository.problem,
    stored_bytes: sample?.storedBytes ?? null,
    unused_bytes: sample?.unusedBytes ?? null,
    free_bytes: sample?.freeBytes ?? null,
    capacity_bytes: sample?.capacityBytes ?? null,
    used_percent: sample && usedPercentOf(sample),
    snapshots: sample?.snapshots ?? null,
    growth_bytes_per_day: storage.forecast.growthPerDay,
    full_in_days: storage.forecast.fullInDays,
    measured_at: sample && toInstant(sample.at.getTime()),
  };
}
