import type { HealthState } from '../../../contracts/system.ts';

/** One thing that can be wrong. */
export interface HealthCheck {
  readonly name: string;
  /** Quick, and never throws: what can't be found out is a problem. */
  check(): Promise<HealthFinding>;
}

export interface HealthFinding {
  readonly status: HealthState;
  /** Sentences for an admin; they are public, so without paths, names or secrets. */
  readonly problems: readonly string[];
}

/** Bytes that this account may still write in a folder. */
export interface DiskSpace {
  freeBytes(folder: string): Promise<number>;
}

/** What became of the copies that a damaged catalog is replaced from. */
export interface CatalogCopyNews {
  /** When the newest good one was taken; null where there is none. */
  newestAt(): Promise<Date | null>;
  /** Whether the last try to take one failed. */
  readonly hasFailed: boolean;
}
