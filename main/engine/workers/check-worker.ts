import { serveTasks } from '../base/worker-tasks.ts';
import { PackChecker, type PackCheckReply, type PackCheckTask } from '../maintenance/pack-check.ts';

serveTasks<undefined, PackCheckTask, PackCheckReply>(() => {
  let checker: PackChecker | undefined;
  return (task) => (checker ??= new PackChecker(task.key)).check(task);
});
