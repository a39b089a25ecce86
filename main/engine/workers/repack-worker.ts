import { serveTasks } from '../base/worker-tasks.ts';
import { markTrees } from '../maintenance/mark-task.ts';
import {
  NOTHING_COPIED,
  Repacker,
  type RepackNote,
  type RepackReply,
  type RepackTask,
} from '../maintenance/repack-blobs.ts';

serveTasks<undefined, RepackTask, RepackReply, RepackNote>((_, note) => {
  let repacker: Repacker | undefined;
  return async (task) => {
    if (task.kind === 'mark') {
      await markTrees(task);
      return NOTHING_COPIED;
    }
    // Nothing is unfinished where nothing was begun.
    if (task.kind === 'finish') return repacker?.handle(task) ?? NOTHING_COPIED;
    return (repacker ??= new Repacker(task.setting, note)).handle(task);
  };
});
