import {
  ConnectedRepository,
  ConnectRepository,
  CreatedRepository,
  CreateRepository,
  RenewedKit,
  RenewKit,
  Repository,
  RepositoryList,
  RepositoryParams,
  RepositoryTestReport,
  UpdateRepository,
  type ShownKit,
} from '../../../contracts/repositories.ts';
import { renderRecoveryKit } from '../../../contracts/recovery-kit-form.ts';
import type { RecoveryKit } from '../../../contracts/recovery-kit.ts';
import { RunView } from '../../../contracts/runs.ts';
import { disconnectRepository, updateRepository } from '../../app/repositories/change-repository.ts';
import { connectRepository } from '../../app/repositories/connect-repository.ts';
import { createRepository } from '../../app/repositories/create-repository.ts';
import { confirmKit, renewKit } from '../../app/repositories/recovery-kits.ts';
import { findRepository, type RepositoryDeps } from '../../app/repositories/repository-deps.ts';
import { repositoryView } from '../../app/repositories/repository-view.ts';
import { testRepository } from '../../app/repositories/repository-watch.ts';
import { requestRotation, type RotationRuns } from '../../app/repositories/request-rotation.ts';
import { runView } from '../../app/runs/run-view.ts';
import type { RepositoryTest } from '../../app/engine-jobs/ports/job-facts.ts';
import { operation, type Operation } from '../operation.ts';

export interface RepositoryRoutes {
  readonly repositories: RepositoryDeps;
  readonly runs: RotationRuns;
}

const COMMON = { tag: 'repositories', family: 'manager' } as const;
const READERS = { roles: ['admin', 'operator', 'viewer'] } as const;
const ADMINS = { roles: ['admin'] } as const;
/** The second one in each way of the engine's: what lies there is not as it should be. */
const STORAGE = ['not_found', 'conflict', 'unprocessable', 'unavailable', 'storage_full'] as const;
const ONE = { path: '/api/v1/repositories/{repositoryId}', params: RepositoryParams } as const;

/** Where backups are kept (api.md, section 4). */
export function repositoryOperations(parts: RepositoryRoutes): Operation[] {
  return [...making(parts), ...ofOne(parts), ...ofKeys(parts)];
}

function making({ repositories: deps }: RepositoryRoutes): Operation[] {
  return [
    operation({
      ...COMMON,
      id: 'createRepository',
      touchesRepository: true,
      method: 'POST',
      path: '/api/v1/repositories',
      summary: 'Make a repository',
      description:
        'Its folder is made where it is missing; 409 where something is there already. The recovery kit, with its password, is in ' +
        'this answer only: store it where a fire, a thief and a broken disk do not reach it, then confirm it.',
      access: ADMINS,
      body: CreateRepository,
      responses: { 201: { description: 'The repository and its recovery kit.', schema: CreatedRepository } },
      errors: STORAGE,
      handle: async ({ caller, body }) => {
        const { record, kit } = await createRepository(deps, caller, body);
        return { status: 201, body: { ...repositoryView(record), recovery_kit: shownKit(kit) } };
      },
    }),
    operation({
      ...COMMON,
      id: 'connectRepository',
      touchesRepository: true,
      method: 'POST',
      path: '/api/v1/repositories/connect',
      summary: 'Connect a repository that is there already',
      description:
        'Of another GuardIT, of restic, or one that was disconnected. The password opens it once; GuardIT makes a key of its own.',
      access: ADMINS,
      body: ConnectRepository,
      responses: { 201: { description: 'The repository, and what was found in it.', schema: ConnectedRepository } },
      errors: STORAGE,
      handle: async ({ caller, body }) => {
        const { record, snapshotCount, adoptedCount } = await connectRepository(deps, caller, body);
        return { status: 201, body: { ...repositoryView(record), snapshots: snapshotCount, adopted: adoptedCount } };
      },
    }),
    operation({
      ...COMMON,
      id: 'listRepositories',
      method: 'GET',
      path: '/api/v1/repositories',
      summary: 'List the repositories, by name',
      access: READERS,
      responses: { 200: { description: 'All of them.', schema: RepositoryList } },
      errors: [],
      handle: async () => {
        const records = await deps.catalog.read(({ repositories }) => repositories.list());
        return { status: 200, body: { repositories: records.map(repositoryView), total: records.length } };
      },
    }),
  ];
}

function ofOne({ repositories: deps }: RepositoryRoutes): Operation[] {
  return [
    operation({
      ...COMMON,
      ...ONE,
      id: 'getRepository',
      method: 'GET',
      summary: 'Show a repository',
      access: READERS,
      responses: { 200: { description: 'The repository.', schema: Repository } },
      errors: ['not_found'],
      handle: async ({ params }) => ({
        status: 200,
        body: repositoryView(await findRepository(deps, params.repositoryId)),
      }),
    }),
    operation({
      ...COMMON,
      ...ONE,
      id: 'updateRepository',
      method: 'PATCH',
      summary: 'Change a repository',
      description: '423 where immutable_days would become less while it protects a backup.',
      access: ADMINS,
      body: UpdateRepository,
      responses: { 200: { description: 'The repository as it is now.', schema: Repository } },
      errors: ['not_found', 'conflict', 'immutable'],
      handle: async ({ caller, params, body }) => ({
        status: 200,
        body: repositoryView(await updateRepository(deps, caller, params.repositoryId, body)),
      }),
    }),
    operation({
      ...COMMON,
      ...ONE,
      id: 'disconnectRepository',
      touchesRepository: true,
      method: 'DELETE',
      summary: 'Disconnect a repository',
      description:
        'Its data stays as it is, and can be connected again; GuardIT forgets how to open it. 409 while targets use it.',
      access: ADMINS,
      responses: { 204: { description: 'It is disconnected.' } },
      errors: ['not_found', 'conflict', 'run_active'],
      handle: async ({ caller, params }) => {
        await disconnectRepository(deps, caller, params.repositoryId);
        return { status: 204 };
      },
    }),
    operation({
      ...COMMON,
      ...ONE,
      path: `${ONE.path}/test`,
      id: 'testRepository',
      touchesRepository: true,
      method: 'POST',
      summary: 'Test a repository',
      description: 'Opens it, then writes a file, reads it back and deletes it. What is wrong is in the answer.',
      access: { roles: ['admin', 'operator'] },
      responses: { 200: { description: 'What was found.', schema: RepositoryTestReport } },
      errors: ['not_found'],
      handle: async ({ params }) => ({
        status: 200,
        body: testView(await testRepository(deps, params.repositoryId)),
      }),
    }),
  ];
}

function ofKeys({ repositories: deps, runs }: RepositoryRoutes): Operation[] {
  return [
    operation({
      ...COMMON,
      ...ONE,
      path: `${ONE.path}/kit`,
      id: 'renewRecoveryKit',
      touchesRepository: true,
      method: 'POST',
      summary: 'Make a new recovery kit',
      description: 'With a new password. The old kit stays valid until the new one is confirmed.',
      access: ADMINS,
      body: RenewKit,
      bodyOptional: true,
      responses: { 200: { description: 'The kit, shown this once.', schema: RenewedKit } },
      errors: STORAGE,
      handle: async ({ caller, params, body }) => {
        const kit = await renewKit(deps, caller, params.repositoryId, body ?? {});
        return { status: 200, body: { recovery_kit: shownKit(kit) } };
      },
    }),
    operation({
      ...COMMON,
      ...ONE,
      path: `${ONE.path}/kit/confirm`,
      id: 'confirmRecoveryKit',
      touchesRepository: true,
      method: 'POST',
      summary: 'Say that the newest recovery kit is stored',
      description: 'The kit before it opens nothing from now on.',
      access: ADMINS,
      responses: { 200: { description: 'The repository as it is now.', schema: Repository } },
      errors: STORAGE,
      handle: async ({ caller, params }) => ({
        status: 200,
        body: repositoryView(await confirmKit(deps, caller, params.repositoryId)),
      }),
    }),
    operation({
      ...COMMON,
      ...ONE,
      path: `${ONE.path}/rotate-key`,
      id: 'rotateRepositoryKey',
      touchesRepository: true,
      method: 'POST',
      summary: 'Replace the key that GuardIT works with now',
      description: 'Due or not. It takes a minute or two; the recovery kit is due for renewal afterwards.',
      access: ADMINS,
      responses: { 202: { description: 'The run that does it.', schema: RunView } },
      errors: ['not_found', 'run_active', 'unprocessable', 'unavailable'],
      handle: async ({ caller, params }) => ({
        status: 202,
        body: runView(await requestRotation(runs, caller, params.repositoryId)),
      }),
    }),
  ];
}

function shownKit(kit: RecoveryKit): ShownKit {
  return { ...kit, text: `${renderRecoveryKit(kit).join('\n')}\n` };
}

function testView(test: RepositoryTest) {
  const { canWrite, canReadBack, canDelete, problem, freeBytes, totalBytes, clockSkewMs, durationMs } = test;
  return {
    ok: canWrite && canReadBack && canDelete,
    can_write: canWrite,
    can_read_back: canReadBack,
    can_delete: canDelete,
    problem,
    free_bytes: freeBytes,
    total_bytes: totalBytes,
    clock_skew_seconds: clockSkewMs === null ? null : clockSkewMs / 1000,
    duration_seconds: durationMs / 1000,
  };
}
