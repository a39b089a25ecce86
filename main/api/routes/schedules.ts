import { SchedulePreview, SchedulePreviewQuery } from '../../../contracts/schedules.ts';
import { previewSchedule, type PreviewDeps } from '../../app/tasks/preview-schedule.ts';
import { operation, type Operation } from '../operation.ts';

/** What somebody who writes a schedule wants to know before a task has it. */
export function scheduleOperations(deps: PreviewDeps): Operation[] {
  return [
    operation({
      id: 'previewSchedule',
      method: 'GET',
      path: '/api/schedules/preview',
      summary: 'Show when a task with a schedule would start',
      description: '400 for a schedule or a time zone that a task would be refused for, and why.',
      tag: 'tasks',
      family: 'tasks',
      access: { roles: ['admin', 'operator', 'viewer', 'reporter'] },
      query: SchedulePreviewQuery,
      responses: { 200: { description: 'The next times.', schema: SchedulePreview } },
      handle: async ({ query }) => ({ status: 200, body: previewSchedule(deps, query) }),
    }),
  ];
}
