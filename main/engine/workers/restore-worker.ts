import { openWorkerPort } from '../base/worker-port.ts';
import type { RestoreReply, RestoreTask, RestoreWorkerData } from '../restorer/restore-messages.ts';
import { RestoreRunner } from '../restorer/restore-runner.ts';

const { data, port } = openWorkerPort<RestoreWorkerData, RestoreTask, RestoreReply>();
const runner = new RestoreRunner(data);
port.onMessage((task) => {
  port.post(runner.run(task));
});
