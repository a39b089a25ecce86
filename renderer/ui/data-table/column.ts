import type { ColumnDef } from '@tanstack/react-table';
import type { ReactNode } from 'react';

export interface DataColumn<Item> {
  readonly id: string;
  readonly header: string;
  /** A track of CSS grid: `minmax(200px, 2fr)`, `120px`. */
  readonly width: string;
  /** Aligned to the right, in digits of one width. */
  readonly isNumber?: boolean;
  /** What the column is sorted by; none: it can't be. Null comes last. */
  readonly sortBy?: (item: Item) => string | number | null;
  readonly cell: (item: Item) => ReactNode;
}

/** For TanStack Table. Its own type of a column knows no item type that is not known yet. */
export function tableColumns<Item>(columns: readonly DataColumn<Item>[]): ColumnDef<Item>[] {
  return columns.map(({ id, sortBy }) => ({
    id,
    accessorFn: (item: Item) => sortBy?.(item) ?? undefined,
    enableSorting: sortBy !== undefined,
    sortUndefined: 'last',
    sortingFn: 'alphanumeric',
    sortDescFirst: false,
  }));
}
