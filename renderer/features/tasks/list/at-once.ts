/** So many calls are under way at a time: the service has other clients. */
const AT_ONCE = 6;

/** Does something for each id; what fails does not stop the others. */
export async function atOnce(
  ids: readonly string[],
  act: (id: string) => Promise<unknown>,
): Promise<{ readonly failures: readonly unknown[] }> {
  const failures: unknown[] = [];
  const waiting = [...ids];
  const worker = async () => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      try {
        await act(id);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, ids.length) }, worker));
  return { failures };
}
