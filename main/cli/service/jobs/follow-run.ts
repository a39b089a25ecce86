import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { RunDetails } from '../../../../contracts/runs.ts';
import type { Output } from '../../output/output.ts';
import { runPath } from '../paths.ts';
import type { ServiceContext } from '../service-command.ts';

const POLL_MS = 300;

/** What GuardIT's own work tells of itself while it runs. Older services may say less. */
const Live = z.object({
  phase: z.string().default(''),
  filesDone: z.number().default(0),
  totalFiles: z.number().nullable().default(null),
  bytesDone: z.number().default(0),
  totalBytes: z.number().nullable().default(null),
  currentPath: z.string().nullable().default(null),
});

/** Waits until a run has ended, with a live line on a terminal. Cancelling the command leaves the run alone: the service goes on. */
export async function followRun({ client, output, signal }: ServiceContext<object>, id: string): Promise<RunDetails> {
  const connection = await client();
  for (;;) {
    const run = await connection.get(runPath(id), RunDetails);
    if (run.finished_at !== null) return run;
    showProgress(output, run);
    await wait(POLL_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

function showProgress(output: Output, { live, message }: RunDetails): void {
  const parsed = Live.safeParse(live);
  if (!parsed.success) return;
  const { phase, filesDone, totalFiles, bytesDone, totalBytes, currentPath } = parsed.data;
  output.progress({
    phase: phase || (message ?? 'working'),
    ...{ filesDone, bytesDone },
    ...(totalFiles === null ? {} : { totalFiles }),
    ...(totalBytes === null ? {} : { totalBytes }),
    ...(currentPath === null ? {} : { currentPaths: [currentPath] }),
  });
}
