import { Checkbox, mergeClasses } from '@fluentui/react-components';
import { memo, type CSSProperties } from 'react';
import { useTexts } from '../../i18n/use-texts.ts';
import { uiTexts } from '../texts.ts';
import type { DataColumn } from './column.ts';
import { useTableStyles } from './table-styles.ts';

interface RowProps<Item> {
  readonly item: Item;
  readonly id: string;
  readonly name: string;
  readonly columns: readonly DataColumn<Item>[];
  readonly template: string;
  readonly rowIndex: number;
  readonly style: CSSProperties;
  /** Null: rows can't be chosen. */
  readonly isSelected: boolean | null;
  readonly onSelect: (id: string, isOn: boolean) => void;
}

function Row<Item>(props: RowProps<Item>) {
  const { item, id, columns, template, rowIndex, style, isSelected } = props;
  const styles = useTableStyles();
  const texts = useTexts(uiTexts);
  return (
    <div
      role="row"
      aria-rowindex={rowIndex}
      className={mergeClasses(styles.row, styles.bodyRow, isSelected === true && styles.selected)}
      style={{ gridTemplateColumns: template, ...style }}
      {...(isSelected !== null && { 'aria-selected': isSelected })}
    >
      {isSelected !== null && (
        <div role="cell" className={styles.check}>
          <Checkbox
            aria-label={texts.selectRow(props.name)}
            checked={isSelected}
            onChange={(_event, { checked }) => props.onSelect(id, checked === true)}
          />
        </div>
      )}
      {columns.map(({ id: columnId, isNumber, cell }) => (
        <div key={columnId} role="cell" className={mergeClasses(styles.cell, isNumber && styles.number)}>
          {cell(item)}
        </div>
      ))}
    </div>
  );
}

export const TableRow = memo(Row) as typeof Row;
