import { curlRequests, readSeed, type SeedName } from '../../support/seed-documents.ts';
import { REGISTRATION, seed1 } from './seed-1.ts';
import { AUTOMATED, seed2 } from './seed-2.ts';
import { INGESTION, seed3 } from './seed-3.ts';
import { BACKUP_API, seed4 } from './seed-4.ts';
import { MANAGER, seed5 } from './seed-5.ts';
import type { SeedRow } from './seed-row.ts';

/** Every request of the seeds, with the answers that they show. */
export const SEED_TABLE: Readonly<Record<SeedName, readonly SeedRow[]>> = {
  [REGISTRATION]: seed1,
  [AUTOMATED]: seed2,
  [INGESTION]: seed3,
  [BACKUP_API]: seed4,
  [MANAGER]: seed5,
};

/** The endpoint that a row covers, as seeds name endpoints. */
export function endpointOf(seed: SeedName, row: SeedRow): string {
  if (row.endpoint !== undefined) return row.endpoint;
  const request = row.curl === undefined ? row : curlRequests(readSeed(seed))[row.curl];
  return `${request?.method ?? ''} ${(request?.path ?? '').split('?')[0] ?? ''}`;
}
