import { BackupChain, ChainQuery, ConsolidateChain, Consolidation } from '../../../contracts/backups.ts';
import type { BackupDeps } from '../../app/backup/backup-deps.ts';
import { startConsolidation } from '../../app/backup/start-consolidation.ts';
import { getChain } from '../../app/backup/read-backups.ts';
import { operation, type Operation } from '../operation.ts';
import { BACKUP_ADMINS, BACKUP_READERS } from './backup-routes.ts';

const COMMON = { tag: 'backups', family: 'manager' } as const;

export function chainOperations(deps: BackupDeps): Operation[] {
  return [
    operation({
      ...COMMON,
      id: 'getBackupChain',
      method: 'GET',
      path: '/api/v1/backup/chain',
      summary: 'Show a chain: a full backup and those that are based on it',
      access: BACKUP_READERS,
      query: ChainQuery,
      responses: { 200: { description: 'The chain, oldest backup first.', schema: BackupChain } },
      errors: ['not_found'],
      handle: async ({ caller, query }) => ({ status: 200, body: await getChain(deps, caller, query) }),
    }),
    operation({
      ...COMMON,
      id: 'consolidateChain',
      method: 'POST',
      path: '/api/v1/backup/consolidate',
      summary: 'Merge a chain into its newest backup',
      description:
        'A run: the newest backup is verified whole and becomes the full, those before it are removed, except immutable and ' +
        'pinned ones, and what nobody needs any more is freed. 422 where there is nothing to merge.',
      access: BACKUP_ADMINS,
      body: ConsolidateChain,
      responses: { 202: { description: 'The job, which waits for its turn or runs.', schema: Consolidation } },
      errors: ['not_found', 'run_active', 'unprocessable'],
      handle: async ({ caller, body }) => ({
        status: 202,
        body: { consolidation_job_id: await startConsolidation(deps, caller, body.chain_id), status: 'running' },
      }),
    }),
  ];
}
