import { getCoreRowModel, getSortedRowModel, useReactTable, type SortingState } from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useMemo, useRef, useState, type CSSProperties, type ReactNode, type RefObject } from 'react';
import { tableColumns, type DataColumn } from './column.ts';
import { linesOf } from './lines.ts';
import { TableHead } from './table-head.tsx';
import { TableRow } from './table-row.tsx';
import { ROW_HEIGHT_PX, useTableStyles } from './table-styles.ts';

export type { DataColumn } from './column.ts';

/** With fewer rows than this all of them are drawn: the browser's own search finds them. */
const VIRTUAL_FROM = 100;

export interface DataTableProps<Item> {
  /** For screen readers. */
  readonly label: string;
  readonly items: readonly Item[];
  readonly columns: readonly DataColumn<Item>[];
  readonly idOf: (item: Item) => string;
  readonly nameOf?: (item: Item) => string;
  /** Rows can be chosen: the ids that are, and who keeps them. */
  readonly selection?: { readonly ids: ReadonlySet<string>; readonly onChange: (ids: ReadonlySet<string>) => void };
  /** Rows of one group stand together under its name, in the order in which the groups come. */
  readonly groupOf?: (item: Item) => string;
  readonly initialSorting?: SortingState;
  /** Instead of the table where there are no rows. */
  readonly empty?: ReactNode;
}

/** A table of any length: only rows in sight exist. It scrolls by itself where its place has a height. */
export function DataTable<Item>(props: DataTableProps<Item>) {
  const { items, columns, idOf, selection, groupOf, label } = props;
  const styles = useTableStyles();
  const scroller = useRef<HTMLDivElement>(null);
  const [sorting, setSorting] = useState<SortingState>(props.initialSorting ?? []);
  const table = useReactTable({
    data: items as Item[],
    columns: useMemo(() => tableColumns(columns), [columns]),
    getRowId: idOf,
    getCoreRowModel: getCoreRowModel(),
    getSortedRowModel: getSortedRowModel(),
    state: { sorting },
    onSortingChange: setSorting,
  });
  const lines = linesOf(table.getRowModel().rows, groupOf);
  const drawn = useDrawn(lines.length, scroller);
  const template = [...(selection ? ['40px'] : []), ...columns.map(({ width }) => width)].join(' ');
  const latest = useRef(selection);
  latest.current = selection;
  const select = useCallback((id: string, isOn: boolean) => {
    const ids = new Set(latest.current?.ids);
    if (isOn) ids.add(id);
    else ids.delete(id);
    latest.current?.onChange(ids);
  }, []);
  if (items.length === 0 && props.empty !== undefined) return <>{props.empty}</>;
  return (
    <div className={styles.scroller} ref={scroller} tabIndex={0} role="group" aria-label={label}>
      <div className={styles.table} role="table" aria-label={label} aria-rowcount={lines.length + 1}>
        <TableHead
          headers={table.getFlatHeaders()}
          columns={columns}
          template={template}
          all={allOf(items, idOf, selection)}
        />
        <div role="rowgroup" style={drawn.style}>
          {drawn.rows.map(({ index, style }) => {
            const line = lines[index];
            if (line === undefined) return null;
            if ('group' in line)
              return <GroupRow key={`group ${line.group}`} name={line.group} rowIndex={index + 2} style={style} />;
            const { id, original } = line.row;
            return (
              <TableRow
                key={id}
                item={original}
                id={id}
                name={props.nameOf?.(original) ?? id}
                columns={columns}
                template={template}
                rowIndex={index + 2}
                style={style}
                isSelected={selection ? selection.ids.has(id) : null}
                onSelect={select}
              />
            );
          })}
        </div>
      </div>
    </div>
  );
}

function GroupRow({
  name,
  rowIndex,
  style,
}: {
  readonly name: string;
  readonly rowIndex: number;
  readonly style: CSSProperties;
}) {
  const styles = useTableStyles();
  return (
    <div role="row" aria-rowindex={rowIndex} style={style}>
      <div role="cell" className={styles.group}>
        {name}
      </div>
    </div>
  );
}

/** Which lines exist, and where. */
function useDrawn(count: number, scroller: RefObject<HTMLDivElement | null>) {
  const isVirtual = count >= VIRTUAL_FROM;
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT_PX,
    overscan: 12,
    enabled: isVirtual,
  });
  if (!isVirtual)
    return { style: {}, rows: Array.from({ length: count }, (_line, index) => ({ index, style: NO_STYLE })) };
  const place = (top: number): CSSProperties => ({
    position: 'absolute',
    insetInline: 0,
    transform: `translateY(${top}px)`,
    height: ROW_HEIGHT_PX,
  });
  return {
    style: { height: virtualizer.getTotalSize(), position: 'relative' as const },
    rows: virtualizer.getVirtualItems().map(({ index, start }) => ({ index, style: place(start) })),
  };
}

const NO_STYLE: CSSProperties = {};

function allOf<Item>(
  items: readonly Item[],
  idOf: (item: Item) => string,
  selection: DataTableProps<Item>['selection'],
) {
  if (!selection) return null;
  const ids = items.map(idOf);
  const count = ids.filter((id) => selection.ids.has(id)).length;
  const state = count === 0 ? false : count === ids.length ? true : ('mixed' as const);
  return { state, onChange: (isOn: boolean) => selection.onChange(new Set(isOn ? ids : [])) };
}
