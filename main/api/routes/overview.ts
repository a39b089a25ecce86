import { Overview } from '../../../contracts/overview.ts';
import { readOverview, type OverviewDeps } from '../../app/overview/overview.ts';
import { operation, type Operation } from '../operation.ts';

/** How everything is, in one answer. */
export function overviewOperations(deps: OverviewDeps): Operation[] {
  return [
    operation({
      id: 'getOverview',
      method: 'GET',
      path: '/api/overview',
      summary: 'How all tasks are, what runs, and how the last 30 days went',
      description: 'One answer instead of one question for each task. Of the tasks that the caller sees.',
      tag: 'tasks',
      family: 'tasks',
      access: { roles: ['admin', 'operator', 'viewer', 'reporter'] },
      responses: { 200: { description: 'The overview.', schema: Overview } },
      handle: async ({ caller }) => ({ status: 200, body: await readOverview(deps, caller) }),
    }),
  ];
}
