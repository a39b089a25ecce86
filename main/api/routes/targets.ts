import {
  ChangeTarget,
  CreateTarget,
  TargetList,
  TargetParams,
  TargetsQuery,
  TargetView,
} from '../../../contracts/targets.ts';
import { changeTarget, removeTarget } from '../../app/targets/change-target.ts';
import { createTarget, type MadeTarget } from '../../app/targets/create-target.ts';
import { getTarget, listTargets, targetView } from '../../app/targets/read-targets.ts';
import type { TargetDeps } from '../../app/targets/target-deps.ts';
import { operation, type Operation } from '../operation.ts';
import { BACKUP_ADMINS, BACKUP_READERS } from './backup-routes.ts';

const COMMON = { tag: 'targets', family: 'manager' } as const;
const BY_NAME = 'By id or name.';

/** What is protected. */
export function targetOperations(deps: TargetDeps): Operation[] {
  const shown = ({ target, warnings }: MadeTarget) =>
    deps.catalog.read((stores) => targetView(deps, stores, target, warnings));
  return [
    operation({
      ...COMMON,
      id: 'createTarget',
      method: 'POST',
      path: '/api/v1/targets',
      summary: 'Protect something',
      description:
        'Paths are absolute, and neither in the data folder nor in a repository; one that is not there yet is a warning. ' +
        'For admins: the commands around a backup run with the rights of the service.',
      access: BACKUP_ADMINS,
      body: CreateTarget,
      responses: { 201: { description: 'It is protected from now on.', schema: TargetView } },
      errors: ['conflict', 'unprocessable'],
      handle: async ({ caller, body }) => ({
        status: 201,
        body: await shown(await createTarget(deps, caller, body)),
      }),
    }),
    operation({
      ...COMMON,
      id: 'listTargets',
      method: 'GET',
      path: '/api/v1/targets',
      summary: 'List what is protected, by name',
      access: BACKUP_READERS,
      query: TargetsQuery,
      responses: { 200: { description: 'A page of them, and how many there are.', schema: TargetList } },
      handle: async ({ caller, query }) => {
        const { kind, repository_id: repositoryId, removed: withRemoved, limit, offset } = query;
        const found = await listTargets(deps, caller, { kind, repositoryId, withRemoved, limit, offset });
        return { status: 200, body: { ...found, limit, offset } };
      },
    }),
    operation({
      ...COMMON,
      id: 'getTarget',
      method: 'GET',
      path: '/api/v1/targets/{targetId}',
      summary: 'Show a target with its last good backup and its next run',
      description: `${BY_NAME} One that was removed by its id only.`,
      access: BACKUP_READERS,
      params: TargetParams,
      responses: { 200: { description: 'The target.', schema: TargetView } },
      errors: ['not_found'],
      handle: async ({ caller, params }) => ({ status: 200, body: await getTarget(deps, caller, params.targetId) }),
    }),
    operation({
      ...COMMON,
      id: 'changeTarget',
      method: 'PATCH',
      path: '/api/v1/targets/{targetId}',
      summary: 'Change a target',
      description: `${BY_NAME} Its kind stays.`,
      access: BACKUP_ADMINS,
      params: TargetParams,
      body: ChangeTarget,
      responses: { 200: { description: 'The target as it is now.', schema: TargetView } },
      errors: ['not_found', 'conflict', 'unprocessable'],
      handle: async ({ caller, params, body }) => ({
        status: 200,
        body: await shown(await changeTarget(deps, caller, params.targetId, body)),
      }),
    }),
    operation({
      ...COMMON,
      id: 'removeTarget',
      method: 'DELETE',
      path: '/api/v1/targets/{targetId}',
      summary: 'Protect it no more',
      description: `${BY_NAME} Its backups stay. 409 while one waits or runs, and while schedules name it.`,
      access: BACKUP_ADMINS,
      params: TargetParams,
      responses: { 204: { description: 'It is protected no more.' } },
      errors: ['not_found', 'conflict'],
      handle: async ({ caller, params }) => {
        await removeTarget(deps, caller, params.targetId);
        return { status: 204 };
      },
    }),
  ];
}
