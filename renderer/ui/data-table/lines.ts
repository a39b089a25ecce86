import type { Row } from '@tanstack/react-table';

/** What a table shows in one line: the name of a group, or a row. */
export type Line<Item> = { readonly group: string } | { readonly row: Row<Item> };

/** Rows under the names of their groups. Groups come in the order of their first row, rows in the order of the sorting. */
export function linesOf<Item>(rows: readonly Row<Item>[], groupOf: ((item: Item) => string) | undefined): Line<Item>[] {
  if (!groupOf) return rows.map((row) => ({ row }));
  const groups = new Map<string, Row<Item>[]>();
  for (const row of rows) {
    const name = groupOf(row.original);
    const members = groups.get(name);
    if (members) members.push(row);
    else groups.set(name, [row]);
  }
  return [...groups].flatMap(([group, members]) => [{ group }, ...members.map((row) => ({ row }))]);
}
