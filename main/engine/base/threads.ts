import { Worker } from 'node:worker_threads';

/**
 * Young generation of each thread's heap. Small on purpose: the hot loops allocate little, and an eager collector keeps the
 * memory of a dozen threads near that of one.
 */
const YOUNG_GENERATION_MB = 3;

/** Threads without data of their own that boot although nobody has work for them yet, by their entry point. */
const ahead = new Map<string, Worker>();

export function startThread(url: URL, workerData: unknown): Worker {
  return new Worker(url, {
    workerData,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
    // A thread that is stopped where it stands closes nothing by itself: its staged packs would hold disk space, and a
    // service that goes on would run out of descriptors.
    trackUnmanagedFds: true,
  });
}

/**
 * Starts a thread for whoever will come to ask for it: it boots on one processor while the command that wants it is still being loaded on
 * another. It keeps no process alive. If it dies before it is asked for, it was never there.
 */
export function startThreadAhead(url: URL): void {
  const thread = startThread(url, undefined);
  const forget = () => void (ahead.get(url.href) === thread && ahead.delete(url.href));
  thread.on('error', forget);
  thread.on('exit', forget);
  thread.unref();
  ahead.set(url.href, thread);
}

/** undefined when none was started ahead, or somebody has it already. */
export function takeThreadAhead(url: URL): Worker | undefined {
  const thread = ahead.get(url.href);
  ahead.delete(url.href);
  thread?.removeAllListeners('error');
  thread?.removeAllListeners('exit');
  thread?.ref();
  return thread;
}
