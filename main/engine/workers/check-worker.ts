import { serveTasks } from '../base/worker-tasks.ts';
import { PackChecker, type CheckTask, type PackCheckReply } from '../maintenance/pack-check.ts';
import { hashPacks } from '../maintenance/pack-hash.ts';
import { PackReader } from '../pack/pack-reader.ts';

serveTasks<undefined, CheckTask, PackCheckReply>(() => {
  const reader = new PackReader();
  let checker: PackChecker | undefined;
  return (task) => {
    if (task.kind === 'hash') return hashPacks(task, reader);
    checker ??= new PackChecker(task.key, reader);
    return task.kind === 'blobs' ? checker.checkBlobs(task) : checker.check(task);
  };
});
