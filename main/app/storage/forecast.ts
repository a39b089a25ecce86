import type { StorageSample } from './ports.ts';

export interface Forecast {
  /** Bytes; null before the third day that has a figure. */
  readonly growthPerDay: number | null;
  /** At this pace; null: never, or not known. */
  readonly fullInDays: number | null;
}

const DAY_MS = 86_400_000;
const LEAST_DAYS = 3;
/** Further ahead a straight line says nothing. */
const FARTHEST_DAYS = 3650;

/**
 * The trend of what lies on the storage, by least squares over the samples. It looks at the free space where that is known: other
 * things fill the same disk.
 */
export function forecast(samples: readonly StorageSample[]): Forecast {
  const last = samples.at(-1);
  if (!last || samples.length < LEAST_DAYS) return { growthPerDay: null, fullInDays: null };
  const days = samples.map(({ at }) => at.getTime() / DAY_MS);
  const growthPerDay = slope(
    days,
    samples.map(({ storedBytes }) => storedBytes),
  );
  const { freeBytes } = last;
  const free = samples.map((sample) => sample.freeBytes);
  const isFreeKnown = free.every((bytes) => bytes !== null);
  const usedPerDay = isFreeKnown ? -slope(days, free) : growthPerDay;
  const isFilling = freeBytes !== null && usedPerDay > 0;
  const fullInDays = isFilling ? freeBytes / usedPerDay : null;
  return { growthPerDay, fullInDays: fullInDays !== null && fullInDays <= FARTHEST_DAYS ? fullInDays : null };
}

function slope(xs: readonly number[], ys: readonly number[]): number {
  const [meanX, meanY] = [mean(xs), mean(ys)];
  const spread = xs.reduce((sum, x) => sum + (x - meanX) ** 2, 0);
  if (spread === 0) return 0;
  return xs.reduce((sum, x, index) => sum + (x - meanX) * ((ys[index] ?? meanY) - meanY), 0) / spread;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export type StorageState = 'ok' | 'warning' | 'critical' | 'unknown';

const LIMITS = [
  { state: 'critical', usedPercent: 95, fullInDays: 7 },
  { state: 'warning', usedPercent: 85, fullInDays: 30 },
] as const;

export function usedPercentOf({ freeBytes, capacityBytes }: StorageSample): number | null {
  if (freeBytes === null || capacityBytes === null || capacityBytes <= 0) return null;
  return (100 * (capacityBytes - freeBytes)) / capacityBytes;
}

export function storageState(sample: StorageSample | null, { fullInDays }: Forecast): StorageState {
  if (!sample) return 'unknown';
  const used = usedPercentOf(sample);
  const hit = LIMITS.find(
    (limit) => (used !== null && used >= limit.usedPercent) || (fullInDays !== null && fullInDays <= limit.fullInDays),
  );
  return hit?.state ?? 'ok';
}
