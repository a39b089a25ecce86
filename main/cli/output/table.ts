import { padTo, textWidth } from './text-width.ts';

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
}

/** A cell; an array is one line each. */
export type Cell = string | readonly string[];

/** Aligned columns under a ruled header. The lines end without blanks, so that long last columns wrap as late as possible. */
export function renderTable(columns: readonly Column[], rows: readonly (readonly Cell[])[]): string[] {
  const widths = columns.map(({ title }, index) =>
    Math.max(textWidth(title), ...rows.flatMap((row) => linesOf(row[index])).map(textWidth)),
  );
  const renderLine = (cells: readonly string[]) =>
    columns
      .map(({ align }, index) => padTo(cells[index] ?? '', widths[index] ?? 0, align === 'right' ? 'left' : 'right'))
      .join('  ')
      .trimEnd();
  const rule = '-'.repeat(widths.reduce((sum, width) => sum + width + 2, -2));
  const body = rows.flatMap((row) => {
    const height = Math.max(1, ...row.map((cell) => linesOf(cell).length));
    return Array.from({ length: height }, (_, line) => renderLine(row.map((cell) => linesOf(cell)[line] ?? '')));
  });
  return [renderLine(columns.map(({ title }) => title)), rule, ...body, rule];
}

function linesOf(cell: Cell | undefined): readonly string[] {
  if (cell === undefined) return [];
  return typeof cell === 'string' ? [cell] : cell;
}
