import { parentPort } from 'node:worker_threads';
import { toPlainError } from '../../engine/index.ts';
import type { FromJob, JobName, JobRequest, JobResult, ToJob } from './job-messages.ts';
import { JobDesk } from './work/job-desk.ts';
import { JOBS } from './work/jobs.ts';

/** One thread, one job: it comes as the first message, and the thread is ended by whoever asked when the answer is there. */
const port = parentPort;
if (port === null) throw new Error('This module runs only as a worker thread.');
const stop = new AbortController();
const post = (message: FromJob) => port.postMessage(message);
let desk: JobDesk | undefined;

port.on('message', (message: ToJob) => {
  if (message.kind === 'cancel') stop.abort();
  else if (message.kind === 'portion-taken') desk?.portionTaken();
  else void answer(message.request);
});

async function answer(request: JobRequest): Promise<void> {
  try {
    desk = new JobDesk(request.access, stop.signal, post);
    const result = await perform(desk, request);
    desk.finish();
    post({ kind: 'result', result });
  } catch (error) {
    post({ kind: 'failure', failure: toPlainError(error) });
  } finally {
    await desk?.close();
  }
}

function perform<Name extends JobName>(at: JobDesk, { name, input }: JobRequest<Name>): Promise<JobResult<Name>> {
  return JOBS[name](at, input);
}
