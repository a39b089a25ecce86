import { cancelledError, throwIfAborted } from '../base/abort.ts';

/** The promise's outcome, or `cancelled` as soon as the signal fires; the work behind the promise goes on for others. */
export async function abortable<Value>(pending: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (!signal) return pending;
  let onAbort = () => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(cancelledError());
    signal.addEventListener('abort', onAbort, { once: true });
  });
  // Whoever loses the race may still fail.
  pending.catch(() => {});
  try {
    throwIfAborted(signal);
    return await Promise.race([pending, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
