import { startThreadAhead } from './base/threads.ts';
import { workerUrl } from './workers/worker-url.ts';

/**
 * A second, small door, for a process that knows what it will ask of the engine before it has loaded it: the first thread of a check that
 * reads packs has them to hash while the password is still being looked at. Other operations gain nothing by it; their threads
 * compete with the loading.
 */
export function prepareCheck(): void {
  startThreadAhead(workerUrl('check'));
}
