import { Checkbox, mergeClasses } from '@fluentui/react-components';
import { ArrowDownRegular, ArrowUpRegular } from '@fluentui/react-icons';
import type { Header } from '@tanstack/react-table';
import { useTexts } from '../../i18n/use-texts.ts';
import { uiTexts } from '../texts.ts';
import type { DataColumn } from './column.ts';
import { useTableStyles } from './table-styles.ts';

export interface AllSelected {
  readonly state: boolean | 'mixed';
  readonly onChange: (isOn: boolean) => void;
}

/** The heads of the columns; a click sorts by one, the next the other way round. */
export function TableHead<Item>(props: {
  readonly headers: readonly Header<Item, unknown>[];
  readonly columns: readonly DataColumn<Item>[];
  readonly template: string;
  readonly all: AllSelected | null;
}) {
  const { headers, columns, template, all } = props;
  const styles = useTableStyles();
  const texts = useTexts(uiTexts);
  return (
    <div role="rowgroup" className={styles.head}>
      <div
        role="row"
        aria-rowindex={1}
        className={mergeClasses(styles.row, styles.headRow)}
        style={{ gridTemplateColumns: template }}
      >
        {all && (
          <div role="columnheader" className={styles.check}>
            <Checkbox
              aria-label={texts.selectAll}
              checked={all.state}
              onChange={(_event, { checked }) => all.onChange(checked === true)}
            />
          </div>
        )}
        {headers.map((header, index) => {
          const column = columns[index];
          return column && <HeadCell key={column.id} header={header} column={column} />;
        })}
      </div>
    </div>
  );
}

function HeadCell<Item>({
  header,
  column,
}: {
  readonly header: Header<Item, unknown>;
  readonly column: DataColumn<Item>;
}) {
  const styles = useTableStyles();
  const texts = useTexts(uiTexts);
  const sorted = header.column.getIsSorted();
  const order =
    sorted === false ? {} : { 'aria-sort': sorted === 'asc' ? ('ascending' as const) : ('descending' as const) };
  return (
    <div role="columnheader" className={mergeClasses(styles.cell, column.isNumber && styles.number)} {...order}>
      {header.column.getCanSort() ? (
        <button type="button" className={styles.sort} onClick={header.column.getToggleSortingHandler()}>
          {column.header}
          {sorted === 'asc' && <ArrowUpRegular aria-label={texts.sortedUp} />}
          {sorted === 'desc' && <ArrowDownRegular aria-label={texts.sortedDown} />}
        </button>
      ) : (
        column.header
      )}
    </div>
  );
}
