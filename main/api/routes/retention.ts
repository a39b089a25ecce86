import {
  CleanupPlan,
  CleanupRequest,
  CleanupStarted,
  RemovalPlanView,
  RunStarted,
  SimulateRetention,
} from '../../../contracts/cleanup.ts';
import { RepositoryParams } from '../../../contracts/repositories.ts';
import { AppError } from '../../app/errors/app-error.ts';
import { cleanupPlan, startCleanup } from '../../app/retention/cleanup.ts';
import type { RetentionRequestDeps } from '../../app/retention/retention-deps.ts';
import { doomedView, freedBy, planView, simulateRetention } from '../../app/retention/simulate.ts';
import { startPrune } from '../../app/retention/start-prune.ts';
import { operation, type Operation } from '../operation.ts';

const COMMON = { tag: 'retention', family: 'manager' } as const;

/** What is kept and what goes. */
export function retentionOperations(deps: RetentionRequestDeps): Operation[] {
  return [simulate(deps), cleanup(deps), prune(deps)];
}

function simulate(deps: RetentionRequestDeps): Operation {
  return operation({
    id: 'simulateRetention',
    touchesRepository: true,
    method: 'POST',
    path: '/api/v1/retention/simulate',
    summary: 'Show what a retention policy would remove and free',
    description: 'Changes nothing. The newest good backup, pinned and immutable ones stay, whatever the policy says.',
    ...COMMON,
    access: { roles: ['admin', 'operator', 'viewer'] },
    body: SimulateRetention,
    responses: { 200: { description: 'What would be kept and removed.', schema: RemovalPlanView } },
    errors: ['not_found'],
    handle: async ({ body, signal }) => ({ status: 200, body: await simulateRetention(deps, body, signal) }),
  });
}

function cleanup(deps: RetentionRequestDeps): Operation {
  return operation({
    id: 'cleanup',
    touchesRepository: true,
    method: 'POST',
    path: '/api/v1/cleanup',
    summary: 'Remove old backups and free their space',
    description:
      'With dry_run it only says what would go (200); with confirm it goes (202). One of both is needed. The newest good backup of a ' +
      'target, pinned and immutable ones stay.',
    ...COMMON,
    access: { roles: ['admin'] },
    body: CleanupRequest,
    responses: {
      200: { description: 'With dry_run: what would be removed.', schema: CleanupPlan },
      202: { description: 'With confirm: the runs that remove it.', schema: CleanupStarted },
    },
    errors: ['not_found', 'run_active'],
    handle: async ({ caller, body, signal }) => {
      if (body.dry_run) {
        const plan = await cleanupPlan(deps, body);
        const view = planView(plan, await freedBy(deps, plan.remove, signal));
        return { status: 200, body: { status: 'planned', ...view } };
      }
      if (!body.confirm) {
        const details = { field: 'confirm', code: 'required' };
        throw new AppError('invalid_request', 'A cleanup removes backups for ever: send confirm, or dry_run.', details);
      }
      const { runs, remove } = await startCleanup(deps, caller, body);
      const reply = { status: 'pending', run_ids: runs.map(({ id }) => id), remove: remove.map(doomedView) };
      return { status: 202, body: reply };
    },
  });
}

function prune(deps: RetentionRequestDeps): Operation {
  return operation({
    id: 'pruneRepository',
    touchesRepository: true,
    method: 'POST',
    path: '/api/v1/repositories/{repositoryId}/prune',
    summary: 'Free what no backup of a repository needs any more',
    ...COMMON,
    access: { roles: ['admin', 'operator'] },
    params: RepositoryParams,
    responses: { 202: { description: 'The run that does it.', schema: RunStarted } },
    errors: ['not_found', 'run_active'],
    handle: async ({ caller, params }) => {
      const run = await startPrune(deps, caller, params.repositoryId);
      return { status: 202, body: { run_id: run.id, status: 'pending' } };
    },
  });
}
