import { serveTasks } from '../base/worker-tasks.ts';
import { BlobCopier } from '../maintenance/copy-blobs.ts';
import type { CopyReply, CopyTask, CopyWorkerData } from '../maintenance/copy-task.ts';

serveTasks<CopyWorkerData, CopyTask, CopyReply>((data) => {
  const copier = new BlobCopier(data);
  return (task) => copier.run(task);
});
