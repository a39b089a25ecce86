import { mergeClasses } from '@fluentui/react-components';
import {
  CheckboxCheckedFilled,
  CheckboxUncheckedRegular,
  DocumentRegular,
  FolderFilled,
  LinkRegular,
  QuestionRegular,
} from '@fluentui/react-icons';
import { memo, type MouseEvent } from 'react';
import type { Formats } from '../../../format/formats.ts';
import type { Entry } from './folder-pages.ts';
import type { useFolderStyles } from './folder-styles.ts';

const ICONS = { file: DocumentRegular, dir: FolderFilled, symlink: LinkRegular, other: QuestionRegular } as const;

interface FolderRowProps {
  /** Not asked for by each row: a page of them is drawn many times a second. */
  readonly styles: ReturnType<typeof useFolderStyles>;
  readonly formats: Formats;
  readonly id: string;
  readonly row: number;
  readonly top: number;
  /** Undefined: its page is not there yet. */
  readonly entry: Entry | undefined;
  readonly isChosen: boolean;
  readonly isActive: boolean;
  readonly hasFocus: boolean;
  readonly onPress: (row: number, event: MouseEvent) => void;
  readonly onToggle: (row: number) => void;
  readonly onOpen: (row: number) => void;
}

/** A file or folder. Its name is text, whatever stands in it. */
export const FolderRow = memo(function FolderRow(props: FolderRowProps) {
  const { styles, formats, id, row, top, entry, isChosen, isActive, hasFocus } = props;
  const Box = isChosen ? CheckboxCheckedFilled : CheckboxUncheckedRegular;
  const Icon = ICONS[entry?.type ?? 'file'];
  return (
    <div
      id={id}
      role="row"
      aria-rowindex={row + 2}
      aria-selected={isChosen}
      className={mergeClasses(
        styles.row,
        isChosen && styles.chosen,
        isActive && (hasFocus ? styles.activeFocus : styles.active),
      )}
      style={{ top }}
      onClick={(event) => props.onPress(row, event)}
      onDoubleClick={() => props.onOpen(row)}
    >
      <div
        role="gridcell"
        className={mergeClasses(styles.box, isChosen && styles.boxOn)}
        onClick={(event) => {
          event.stopPropagation();
          props.onToggle(row);
        }}
        onDoubleClick={(event) => event.stopPropagation()}
      >
        {entry && <Box aria-hidden />}
      </div>
      <div role="gridcell" className={mergeClasses(styles.cell, styles.name)}>
        {entry ? (
          <>
            <span className={mergeClasses(styles.icon, entry.type === 'dir' && styles.folderIcon)} aria-hidden>
              <Icon />
            </span>
            <span
              className={styles.text}
              title={entry.link_target === null ? entry.name : `${entry.name} → ${entry.link_target}`}
              onClick={(event) => {
                if (event.ctrlKey || event.shiftKey || event.metaKey) return;
                event.stopPropagation();
                props.onOpen(row);
              }}
              onDoubleClick={(event) => event.stopPropagation()}
            >
              {entry.name}
            </span>
          </>
        ) : (
          <span className={styles.waiting} />
        )}
      </div>
      <div role="gridcell" className={mergeClasses(styles.cell, styles.number)}>
        {typeof entry?.size === 'number' && formats.bytes(entry.size)}
      </div>
      <div role="gridcell" className={mergeClasses(styles.cell, styles.quiet)}>
        {entry && formats.dateTime(entry.modified_at)}
      </div>
    </div>
  );
});
