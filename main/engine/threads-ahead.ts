import { startThreadAhead } from './base/threads.ts';
import { workerUrl } from './workers/worker-url.ts';

/**
 * Like opening-ahead.ts a small door beside the engine's, for a process that knows what it will ask before it has loaded it. The first thread of a
 * check that reads packs has them to hash while the password is still being looked at. Other operations gain nothing by it; their
 * threads compete with the loading.
 */
export function prepareCheck(): void {
  startThreadAhead(workerUrl('check'));
}
