const PAGE = 1000;

/** Gets a list page by page until nothing is left. */
export async function allPages<Item>(
  get: (page: { limit: number; offset: number }) => Promise<{ items: readonly Item[]; total: number }>,
): Promise<Item[]> {
  const all: Item[] = [];
  for (;;) {
    const { items, total } = await get({ limit: PAGE, offset: all.length });
    all.push(...items);
    // What is removed meanwhile makes a page short: an empty one always ends it.
    if (items.length === 0 || all.length >= total) return all;
  }
}
