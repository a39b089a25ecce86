import { serveTasks } from '../base/worker-tasks.ts';
import {
  PackChecker,
  type CheckWorkerData,
  type PackCheckReply,
  type PackCheckTask,
} from '../maintenance/pack-check.ts';

serveTasks<CheckWorkerData, PackCheckTask, PackCheckReply>((data) => {
  const checker = new PackChecker(data);
  return (task) => checker.check(task);
});
