import {
  CreatedRestores,
  CreateRestore,
  RestoreList,
  RestoreListQuery,
  RestoreParams,
  RestorePlan,
  RestoreView,
} from '../../../contracts/restores.ts';
import { createRestores, type MadeRestore } from '../../app/restore/create-restore.ts';
import { planRestore } from '../../app/restore/plan-restore.ts';
import { cancelRestore, getRestore, listRestores } from '../../app/restore/read-restores.ts';
import type { RestoreDeps } from '../../app/restore/restore-deps.ts';
import { operation, type Access, type Operation } from '../operation.ts';

const READERS: Access = { roles: ['admin', 'operator', 'viewer'] };
const OPERATORS: Access = { roles: ['admin', 'operator'] };
const COMMON = { tag: 'restore', family: 'manager' } as const;

/** Restores (api.md, section 5). */
export function restoreOperations(deps: RestoreDeps): Operation[] {
  return [...beforehand(deps), ...ofRestores(deps)];
}

function beforehand(deps: RestoreDeps): Operation[] {
  return [
    operation({
      ...COMMON,
      id: 'createRestore',
      touchesRepository: true,
      method: 'POST',
      path: '/api/v1/restore/create',
      summary: 'Restore',
      description:
        'A backup, those of a job, or the newest of each target at an instant; one restore for each target. Without a ' +
        'destination into a new folder that the answer names. 404 where there is no such backup, saying the oldest that there ' +
        'is; 409 destination_not_empty, with details.conflict_count, where something is there and nobody said what happens to ' +
        'it; 422 overwrite_required for a restore in place that does not say so, destination_refused for places where nothing ' +
        'may be restored to. Links in the destination are never followed out of it. Too little space fails the restore at its ' +
        'start, before anything is written.',
      access: OPERATORS,
      body: CreateRestore,
      responses: { 202: { description: 'The restores that were started.', schema: CreatedRestores } },
      errors: ['not_found', 'destination_not_empty', 'overwrite_required', 'destination_refused', 'unprocessable'],
      handle: async ({ caller, body }) => {
        const restores = (await createRestores(deps, caller, body)).map(startedView);
        return { status: 202, body: { ...restores[0], restores } };
      },
    }),
    operation({
      ...COMMON,
      id: 'planRestore',
      touchesRepository: true,
      method: 'POST',
      path: '/api/v1/restore/plan',
      summary: 'Say what a restore would do',
      description:
        'What exists, what would be overwritten and what kept, and how much space there is. Nothing is written.',
      access: OPERATORS,
      body: CreateRestore,
      responses: { 200: { description: 'The plan, for each target.', schema: RestorePlan } },
      errors: ['not_found', 'overwrite_required', 'destination_refused', 'unprocessable'],
      handle: async ({ caller, body, signal }) => ({
        status: 200,
        body: await planRestore(deps, caller, body, signal),
      }),
    }),
  ];
}

function ofRestores(deps: RestoreDeps): Operation[] {
  return [
    operation({
      ...COMMON,
      id: 'listRestores',
      method: 'GET',
      path: '/api/v1/restore/list',
      summary: 'List restores, newest first',
      access: READERS,
      query: RestoreListQuery,
      responses: { 200: { description: 'A page of them, and how many match.', schema: RestoreList } },
      errors: [],
      handle: async ({ caller, query }) => {
        const { limit, offset, target_id: targetId, backup_id: backupId } = query;
        const { restores, total } = await listRestores(deps, caller, { targetId, backupId }, { limit, offset });
        return { status: 200, body: { restores, total, limit, offset } };
      },
    }),
    operation({
      ...COMMON,
      id: 'getRestore',
      method: 'GET',
      path: '/api/v1/restore/{restoreId}',
      summary: 'Show a restore, and how far it is',
      access: READERS,
      params: RestoreParams,
      responses: { 200: { description: 'The restore.', schema: RestoreView } },
      errors: ['not_found'],
      handle: async ({ caller, params }) => ({ status: 200, body: await getRestore(deps, caller, params.restoreId) }),
    }),
    operation({
      ...COMMON,
      id: 'cancelRestore',
      method: 'POST',
      path: '/api/v1/restore/{restoreId}/cancel',
      summary: 'Cancel a restore',
      description: 'What was restored by then stays. 409 when it is over.',
      access: OPERATORS,
      params: RestoreParams,
      responses: {
        202: { description: 'The restore: cancelled, or running still where it has yet to stop.', schema: RestoreView },
      },
      errors: ['not_found', 'conflict'],
      handle: async ({ caller, params }) => ({
        status: 202,
        body: await cancelRestore(deps, caller, params.restoreId),
      }),
    }),
  ];
}

function startedView({ record, run }: MadeRestore) {
  return {
    restore_id: record.id,
    status: run.state,
    backup_id: record.backupId,
    target_id: record.targetId,
    destination: record.destinationPath ?? '/',
  };
}
