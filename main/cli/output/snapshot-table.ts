import type { StoredSnapshot } from '../../engine/index.ts';
import { formatBytes, formatLocalTime } from './format.ts';
import { printable } from './printable.ts';
import { renderTable, type Cell, type Column } from './table.ts';

export interface SnapshotTableOptions {
  /** Without paths, one line a snapshot. */
  readonly compact?: boolean;
  /** Why each snapshot is kept, by id. */
  readonly reasons?: ReadonlyMap<string, readonly string[]>;
}

/** Snapshots for people, oldest first: the newest stands next to the prompt. */
export function renderSnapshots(snapshots: readonly StoredSnapshot[], options: SnapshotTableOptions = {}): string[] {
  const { compact = false, reasons } = options;
  const hasSizes = snapshots.some(({ summary }) => summary !== undefined);
  const columns: Column[] = [
    { title: 'ID' },
    { title: 'Time' },
    { title: 'Host' },
    { title: 'Tags' },
    ...(hasSizes ? [{ title: 'Size', align: 'right' } as const] : []),
    ...(reasons ? [{ title: 'Kept because' }] : []),
    ...(compact ? [] : [{ title: 'Paths' }]),
  ];
  const ordered = [...snapshots].sort((a, b) => Date.parse(a.time) - Date.parse(b.time));
  const rows = ordered.map((snapshot): Cell[] => [
    snapshot.id.slice(0, 8),
    formatLocalTime(snapshot.time),
    printable(snapshot.hostname),
    printable(snapshot.tags.join(',')),
    ...(hasSizes ? [snapshot.summary ? formatBytes(snapshot.summary.totalBytesProcessed) : ''] : []),
    ...(reasons ? [reasons.get(snapshot.id) ?? []] : []),
    ...(compact ? [] : [snapshot.paths.map((path) => printable(path))]),
  ]);
  return renderTable(columns, rows);
}
