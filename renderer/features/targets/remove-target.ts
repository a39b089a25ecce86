import type { ScheduleView } from '../../../contracts/backup-schedules.ts';
import { scheduleActions, targetActions } from '../../api/backup-actions.ts';

/** Ends a protection. Schedules that are for it alone go, the others go on with the rest of their targets. */
export async function removeWithSchedules(targetId: string, schedules: readonly ScheduleView[]): Promise<void> {
  for (const { schedule_id: id, targets } of schedules) {
    const others = targets.map(({ target_id }) => target_id).filter((other) => other !== targetId);
    await (others.length === 0 ? scheduleActions.delete(id) : scheduleActions.change(id, { targets: others }));
  }
  await targetActions.remove(targetId);
}
