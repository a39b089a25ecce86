import { serveTasks } from '../base/worker-tasks.ts';
import {
  Repacker,
  type RepackNote,
  type RepackReply,
  type RepackTask,
  type RepackWorkerData,
} from '../maintenance/repack-blobs.ts';

serveTasks<RepackWorkerData, RepackTask, RepackReply, RepackNote>((data, note) => {
  const repacker = new Repacker(data, note);
  return (task) => repacker.handle(task);
});
