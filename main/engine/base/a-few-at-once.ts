/**
 * Works on all items, so many at once, in their order. After a failure no more are begun; those under way end before it is thrown, so that
 * nothing goes on behind the caller's back.
 */
export async function aFewAtOnce<Item>(
  items: readonly Item[],
  parallel: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  let failed = false;
  const workSome = async () => {
    for (const item of queue) {
      if (failed) return;
      try {
        await work(item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const results = await Promise.allSettled(Array.from({ length: Math.min(parallel, items.length) }, workSome));
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}
