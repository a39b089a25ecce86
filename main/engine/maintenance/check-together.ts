/** When one fails the other is stopped; waits for both, so that nothing goes on behind the caller's back. */
export async function together<A, B>(
  signal: AbortSignal | undefined,
  work: [(both: AbortSignal) => Promise<A>, (both: AbortSignal) => Promise<B>],
): Promise<[A, B]> {
  const stop = new AbortController();
  const both = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  let failure: { error: unknown } | undefined;
  const guarded = async <T>(run: (both: AbortSignal) => Promise<T>): Promise<T> => {
    try {
      return await run(both);
    } catch (error) {
      failure ??= { error };
      stop.abort();
      throw error;
    }
  };
  const [a, b] = await Promise.allSettled([guarded(work[0]), guarded(work[1])]);
  if (a.status === 'rejected' || b.status === 'rejected') throw failure?.error;
  return [a.value, b.value];
}
