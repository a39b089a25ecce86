import { ArchiveWorker } from '../archiver/archive-worker.ts';
import type { ArchiveWorkerData, FromArchiveWorker, ToArchiveWorker } from '../archiver/archive-messages.ts';
import { openWorkerPort } from '../base/worker-port.ts';

const { data, port } = openWorkerPort<ArchiveWorkerData, ToArchiveWorker, FromArchiveWorker>();
new ArchiveWorker(data, port);
