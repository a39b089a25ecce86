import { parentPort } from 'node:worker_threads';
import Database from 'better-sqlite3';
import type { HousekeepingAnswers, HousekeepingReply, HousekeepingTask } from './housekeeping-task.ts';
import { findDamageIn } from './integrity.ts';
import { makeVerifiedCopy } from './verified-copy.ts';

/** One task at a time; whoever sends them waits for each reply. */
parentPort?.on('message', (task: HousekeepingTask) => {
  void perform(task).then((reply) => parentPort?.postMessage(reply));
});

async function perform(task: HousekeepingTask): Promise<HousekeepingReply> {
  try {
    return { answer: await answer(task) };
  } catch (error) {
    if (!(error instanceof Error)) return { error: { message: String(error), code: null, stack: undefined } };
    const code = 'code' in error && typeof error.code === 'string' ? error.code : null;
    return { error: { message: error.message, code, stack: error.stack } };
  }
}

async function answer(task: HousekeepingTask): Promise<HousekeepingAnswers[keyof HousekeepingAnswers]> {
  switch (task.kind) {
    case 'checkpoint':
      return checkpoint(task.path);
    case 'copy':
      return makeVerifiedCopy(task.path, task.destination);
    case 'check':
      return { findings: findDamageIn(task.path, task.depth) };
  }
}

/** PASSIVE: waits for nobody and keeps nobody waiting. Opened anew each time: opening takes far less than the two flushes. */
function checkpoint(path: string): HousekeepingAnswers['checkpoint'] {
  const connection = new Database(path, { fileMustExist: true });
  try {
    // Flush the log before its pages are copied, and the database after.
    connection.pragma('synchronous = NORMAL');
    const [row] = connection.pragma('wal_checkpoint(PASSIVE)') as { log: number; checkpointed: number }[];
    return { log: row?.log ?? 0, checkpointed: row?.checkpointed ?? 0 };
  } finally {
    connection.close();
  }
}
