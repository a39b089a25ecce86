import { setImmediate } from 'node:timers/promises';
import { parentPort } from 'node:worker_threads';
import { IndexShelf } from './index-shelf.ts';
import type { FromSearch, ToSearch } from './search-protocol.ts';

/** Answers one call after the other; long ones let searches through between their slices. */
const shelf = new IndexShelf(() => setImmediate());
const port = parentPort;
if (!port) throw new Error('This file is the entry point of a thread.');

port.on('message', (call: ToSearch) => {
  answer(call).then(
    (reply) => port.postMessage(reply),
    (error: unknown) => port.postMessage({ id: call.id, failure: { message: messageOf(error) } } satisfies FromSearch),
  );
});

async function answer({ id, name, path, input }: ToSearch): Promise<FromSearch> {
  return { id, result: await shelf.call(name, path, input) };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
