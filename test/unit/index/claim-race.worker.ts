import { createHash } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { BlobTable } from '../../../main/engine/index/blob-table.ts';
import type { SharedBlobTable } from '../../../main/engine/index/blob-table.ts';

interface RaceInput {
  readonly shared: SharedBlobTable;
  readonly ids: number;
  readonly first: number;
  readonly gate: SharedArrayBuffer;
}

const { shared, ids, first, gate } = workerData as RaceInput;
const table = BlobTable.attach(shared);
const gateWords = new Int32Array(gate);
Atomics.add(gateWords, 1, 1);
Atomics.notify(gateWords, 1);
Atomics.wait(gateWords, 0, 0);

// Everyone claims all ids, in the same order but from another start, so that the threads meet often.
const won: number[] = [];
const entries = new Int32Array(ids);
for (let i = 0; i < ids; i++) {
  const id = (first + i) % ids;
  const claimed = table.claim((id & 1) as 0 | 1, createHash('sha256').update(String(id)).digest());
  if (claimed < 0) won.push(id);
  entries[id] = claimed < 0 ? ~claimed : claimed;
}
parentPort?.postMessage({ won: Int32Array.from(won), entries });
