import { mergeClasses } from '@fluentui/react-components';
import { FolderOpenRegular } from '@fluentui/react-icons';
import { useCallback, useEffect, useId, useRef, useState, type KeyboardEvent, type MouseEvent } from 'react';
import { useFormats } from '../../../format/use-formats.ts';
import { useTexts } from '../../../i18n/use-texts.ts';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { ErrorState } from '../../../ui/error-state.tsx';
import { toggled, withRange, type Choice } from './choice.ts';
import { useEntries, type Entry, type Folder } from './folder-pages.ts';
import { FolderRow } from './folder-row.tsx';
import { HEAD_HEIGHT_PX, useFolderStyles } from './folder-styles.ts';
import { browseTexts } from './texts.ts';
import { ROW_HEIGHT_PX, useScaledRows } from './use-scaled-rows.ts';

interface FolderListProps {
  readonly folder: Folder;
  readonly label: string;
  readonly total: number;
  /** Whoever came from another folder goes on here. */
  readonly takesFocus: boolean;
  readonly choice: Choice;
  readonly onChoice: (choice: Choice) => void;
  readonly onOpen: (entry: Entry) => void;
  readonly onUp: () => void;
}

/** A folder of any size. Only rows in sight exist, and only their pages are read. Render it anew for another folder. */
export function FolderList(props: FolderListProps) {
  const { folder, label, total, takesFocus, choice } = props;
  const styles = useFolderStyles();
  const texts = useTexts(browseTexts);
  const formats = useFormats();
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
  const [hasFocus, setFocus] = useState(false);
  const { rows, height, show } = useScaledRows(total, scroller, HEAD_HEIGHT_PX);
  const { entryAt, error, retry } = useEntries(folder, rows[0]?.row ?? 0, rows.at(-1)?.row ?? 0, total);
  const pool = usePool(rows.length);
  const acts = useRowActs({ ...props, entryAt, active, setActive, show });
  useEffect(() => {
    if (takesFocus) scroller.current?.focus();
  }, [takesFocus]);
  if (error && !entryAt(active)) return <ErrorState error={error} onRetry={() => void retry()} />;
  return (
    <div
      ref={scroller}
      className={mergeClasses(styles.scroller, total === 0 && styles.emptyFocus)}
      role="grid"
      aria-label={label}
      aria-multiselectable
      aria-rowcount={total + 1}
      aria-activedescendant={rows.some(({ row }) => row === active) ? `${id}-${active}` : undefined}
      tabIndex={0}
      onKeyDown={(event) => acts.onKey(event, Math.floor((scroller.current?.clientHeight ?? 0) / ROW_HEIGHT_PX) - 2)}
      // Chromium tells of the focus in the middle of a click.
      onFocus={() => setFocus(scroller.current?.matches(':focus-visible') ?? false)}
      onBlur={() => setFocus(false)}
    >
      <div className={styles.grid} role="presentation">
        <div role="row" aria-rowindex={1} className={styles.head}>
          <div role="columnheader" aria-label={texts.chosenColumn} />
          <div role="columnheader" className={styles.cell}>
            {texts.columns.name}
          </div>
          <div role="columnheader" className={mergeClasses(styles.cell, styles.number)}>
            {texts.columns.size}
          </div>
          <div role="columnheader" className={styles.cell}>
            {texts.columns.modified}
          </div>
        </div>
        {total === 0 && <EmptyState icon={<FolderOpenRegular />} title={texts.empty} />}
        <div role="rowgroup" className={styles.rows} style={{ height }}>
          {rows.map(({ row, top }) => {
            const entry = entryAt(row);
            return (
              <FolderRow
                // Rows that leave become rows that come: nothing is made or thrown away while one scrolls.
                key={row % pool}
                styles={styles}
                formats={formats}
                id={`${id}-${row}`}
                row={row}
                top={top}
                entry={entry}
                isChosen={entry !== undefined && choice.has(entry.path)}
                isActive={row === active}
                hasFocus={hasFocus}
                onPress={acts.onPress}
                onToggle={acts.onToggle}
                onOpen={acts.onOpen}
              />
            );
          })}
        </div>
      </div>
    </div>
  );
}

/** How many rows there have been at once: any so many that follow each other have different numbers in it. */
function usePool(count: number): number {
  const most = useRef(1);
  most.current = Math.max(most.current, count);
  return most.current;
}

interface RowActs extends FolderListProps {
  readonly entryAt: (row: number) => Entry | undefined;
  readonly active: number;
  readonly setActive: (row: number) => void;
  readonly show: (row: number) => void;
}

/** What pointer and keyboard do to rows. The functions stay the same, so that rows are drawn again only when they change. */
function useRowActs(current: RowActs) {
  const latest = useRef(current);
  latest.current = current;
  const toggle = useCallback((row: number) => {
    const { entryAt, choice, onChoice, setActive } = latest.current;
    const entry = entryAt(row);
    setActive(row);
    if (entry) onChoice(toggled(choice, entry));
  }, []);
  const open = useCallback((row: number) => {
    const { entryAt, onOpen, setActive } = latest.current;
    const entry = entryAt(row);
    setActive(row);
    if (entry) onOpen(entry);
  }, []);
  const goTo = useCallback((row: number, isExtending: boolean) => {
    const { active, setActive, show, choice, onChoice, entryAt } = latest.current;
    if (isExtending) onChoice(withRange(choice, active, row, entryAt));
    setActive(row);
    show(row);
  }, []);
  const onPress = useCallback(
    (row: number, event: MouseEvent) => {
      if (event.ctrlKey || event.metaKey) toggle(row);
      else if (event.shiftKey) goTo(row, true);
      else latest.current.setActive(row);
    },
    [toggle, goTo],
  );
  const onKey = (event: KeyboardEvent, viewRows: number) => {
    const { active, total, onUp, onChoice } = latest.current;
    const last = total - 1;
    const to = (row: number) => goTo(Math.min(Math.max(0, row), last), event.shiftKey);
    const keys: Readonly<Record<string, () => void>> = {
      ArrowDown: () => to(active + 1),
      ArrowUp: () => to(active - 1),
      PageDown: () => to(active + viewRows),
      PageUp: () => to(active - viewRows),
      Home: () => to(0),
      End: () => to(last),
      Enter: () => open(active),
      ' ': () => toggle(active),
      Backspace: onUp,
      Escape: () => onChoice(new Map()),
    };
    const act = event.altKey || event.metaKey ? undefined : keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };
  return { onPress, onToggle: toggle, onOpen: open, onKey };
}
