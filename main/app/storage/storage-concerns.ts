import type { AlertSource } from '../alerts/alert-watch.ts';
import { usedPercentOf } from './forecast.ts';
import { storageOf, type RepositoryStorage } from './storage-report.ts';

/** Storage that is nearly full, or will be soon (seed 5, "Storage capacity warnings"). */
export const STORAGE_CONCERNS: AlertSource = {
  name: 'storage',
  kinds: ['storage_capacity'],
  concerns: async (stores, now) =>
    (await storageOf(stores, now)).flatMap((storage) => {
      const { state, repository } = storage;
      if (state !== 'warning' && state !== 'critical') return [];
      return [
        {
          kind: 'storage_capacity',
          severity: state,
          object: `repository:${repository.id}`,
          message: `The storage of ${repository.name} ${whatOf(storage)}. Free space there, remove old backups, or add storage.`,
        },
      ];
    }),
};

/** In words that do not change with every byte: each change would be another message. */
function whatOf({ sample, forecast }: RepositoryStorage): string {
  const used = sample && usedPercentOf(sample);
  if (used !== null && used >= 85) return `is ${used >= 95 ? 'more than 95' : 'more than 85'} % full`;
  return `will be full within ${(forecast.fullInDays ?? 0) <= 7 ? 'a week' : 'a month'}`;
}
