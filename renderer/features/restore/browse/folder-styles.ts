import { makeStyles, tokens } from '@fluentui/react-components';
import { ROW_HEIGHT_PX } from './use-scaled-rows.ts';

export const HEAD_HEIGHT_PX = 34;
const COLUMNS = '40px minmax(180px, 1fr) 110px 190px';

export const useFolderStyles = makeStyles({
  scroller: {
    overflow: 'auto',
    flexGrow: 1,
    minHeight: 0,
    position: 'relative',
    // What is in a row changes nothing outside of it.
    contain: 'strict',
    fontSize: '13px',
    lineHeight: '20px',
    // The row that the keys act on is marked instead.
    ':focus-visible': { outlineStyle: 'none' },
  },
  emptyFocus: { ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '-2px' } },
  grid: { minWidth: '560px' },
  head: {
    position: 'sticky',
    top: 0,
    zIndex: 1,
    display: 'grid',
    gridTemplateColumns: COLUMNS,
    alignItems: 'center',
    height: `${HEAD_HEIGHT_PX}px`,
    boxSizing: 'border-box',
    backgroundColor: tokens.colorNeutralBackground1,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    color: tokens.colorNeutralForeground2,
  },
  rows: { position: 'relative' },
  row: {
    position: 'absolute',
    insetInline: 0,
    display: 'grid',
    gridTemplateColumns: COLUMNS,
    alignItems: 'center',
    height: `${ROW_HEIGHT_PX}px`,
    boxSizing: 'border-box',
    contain: 'size layout style',
    cursor: 'default',
    userSelect: 'none',
    ':hover': { backgroundColor: tokens.colorNeutralBackground1Hover },
  },
  chosen: { backgroundColor: tokens.colorNeutralBackground1Selected },
  active: { boxShadow: `inset 0 0 0 1px ${tokens.colorNeutralStroke1}` },
  activeFocus: { boxShadow: `inset 0 0 0 2px ${tokens.colorStrokeFocus2}` },
  cell: { padding: `0 ${tokens.spacingHorizontalS}`, minWidth: 0, whiteSpace: 'pre' },
  number: { textAlign: 'right', fontVariantNumeric: 'tabular-nums' },
  box: { display: 'flex', justifyContent: 'center', fontSize: '18px', color: tokens.colorNeutralForeground3 },
  boxOn: { color: tokens.colorBrandForeground1 },
  name: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalS, minWidth: 0 },
  icon: { flexShrink: 0, fontSize: '20px', color: tokens.colorNeutralForeground2, display: 'inline-flex' },
  folderIcon: { color: tokens.colorPaletteMarigoldBorderActive },
  text: {
    minWidth: 0,
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'pre',
    cursor: 'pointer',
    ':hover': { textDecorationLine: 'underline' },
  },
  quiet: { color: tokens.colorNeutralForeground2 },
  waiting: {
    height: '10px',
    width: '40%',
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorNeutralBackground5,
  },
});
