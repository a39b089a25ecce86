/** Whether two lists without repetitions hold the same ids, in whatever order. */
export function haveSameIds(some: readonly string[], others: readonly string[]): boolean {
  const ids = new Set(some);
  return ids.size === others.length && others.every((id) => ids.has(id));
}
