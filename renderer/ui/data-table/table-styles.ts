import { makeStyles, tokens } from '@fluentui/react-components';

export const ROW_HEIGHT_PX = 44;

export const useTableStyles = makeStyles({
  scroller: {
    overflow: 'auto',
    maxHeight: '100%',
    minHeight: 0,
    position: 'relative',
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '-2px' },
  },
  table: { display: 'grid', width: '100%', minWidth: 'fit-content', fontSize: '13px', lineHeight: '20px' },
  row: {
    display: 'grid',
    alignItems: 'center',
    minHeight: `${ROW_HEIGHT_PX}px`,
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
    boxSizing: 'border-box',
  },
  bodyRow: { ':hover': { backgroundColor: tokens.colorNeutralBackground1Hover } },
  selected: { backgroundColor: tokens.colorNeutralBackground1Selected },
  head: {
    position: 'sticky',
    top: 0,
    zIndex: 1,
    backgroundColor: tokens.colorNeutralBackground1,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    color: tokens.colorNeutralForeground2,
  },
  headRow: { minHeight: '36px', borderBottomStyle: 'none' },
  cell: {
    padding: `4px ${tokens.spacingHorizontalM}`,
    minWidth: 0,
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
    // In line with the title above.
    ':first-child': { paddingLeft: tokens.spacingHorizontalL },
    ':last-child': { paddingRight: tokens.spacingHorizontalL },
  },
  number: { textAlign: 'right', fontVariantNumeric: 'tabular-nums' },
  check: { padding: 0, display: 'flex', justifyContent: 'center' },
  sort: {
    background: 'none',
    border: 'none',
    padding: 0,
    font: 'inherit',
    color: 'inherit',
    cursor: 'pointer',
    display: 'inline-flex',
    alignItems: 'center',
    gap: '4px',
    borderRadius: tokens.borderRadiusSmall,
    ':hover': { color: tokens.colorNeutralForeground1 },
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '2px' },
  },
  group: {
    padding: `12px ${tokens.spacingHorizontalM} 6px`,
    fontWeight: tokens.fontWeightSemibold,
    boxSizing: 'border-box',
    minHeight: `${ROW_HEIGHT_PX}px`,
    display: 'flex',
    alignItems: 'flex-end',
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
  },
});
