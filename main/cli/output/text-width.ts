/** Columns a text takes on a terminal: East Asian wide characters and emoji take two, combining marks none. */
export function textWidth(text: string): number {
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

const ZERO_WIDTH = /^[\p{Mn}\p{Me}\p{Cf}]$/u;
/** Unicode's wide blocks, coarsely; first and last code point each. */
const WIDE_BLOCKS: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1faff],
  [0x20000, 0x3fffd],
];

function characterWidth(character: string): number {
  const codePoint = character.codePointAt(0) ?? 0;
  if (codePoint < 0x300) return 1;
  if (ZERO_WIDTH.test(character)) return 0;
  return WIDE_BLOCKS.some(([first, last]) => codePoint >= first && codePoint <= last) ? 2 : 1;
}

/** Keeps the end, which tells files apart, and marks the cut with an ellipsis. */
export function keepEnd(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text;
  if (columns < 2) return '';
  const kept: string[] = [];
  let width = 1;
  for (const character of Array.from(text).reverse()) {
    width += characterWidth(character);
    if (width > columns) break;
    kept.push(character);
  }
  return '…' + kept.reverse().join('');
}

/** Pads with blanks to a width; longer texts stay as they are. */
export function padTo(text: string, columns: number, side: 'left' | 'right' = 'right'): string {
  const blanks = ' '.repeat(Math.max(0, columns - textWidth(text)));
  return side === 'right' ? text + blanks : blanks + text;
}
