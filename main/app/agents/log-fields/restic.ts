import type { ResticFields } from '../../../../contracts/log-fields.ts';
import { countOf, defined } from './lines.ts';

const UNITS: Readonly<Record<string, number>> = {
  B: 1,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
  TiB: 1024 ** 4,
};
const SIZE = '(\\d{1,16}(?:\\.\\d{1,3})?) (B|KiB|MiB|GiB|TiB)';
const FILES = /^Files: {1,20}(\d{1,16}) new, {1,20}(\d{1,16}) changed, {1,20}(\d{1,16}) unmodified$/;
const DIRS = /^Dirs: {1,20}(\d{1,16}) new, {1,20}(\d{1,16}) changed, {1,20}(\d{1,16}) unmodified$/;
// `repo` until 0.14, without what is stored until 0.13.
const ADDED = new RegExp(`^Added to the repo(?:sitory)?: ${SIZE}(?: {1,20}\\(${SIZE} stored\\))?$`);
const PROCESSED = new RegExp(`^processed (\\d{1,16}) files, ${SIZE} in (\\d{1,6}(?::\\d{2}){1,2})$`);
const SNAPSHOT = /^snapshot ([0-9a-f]{8,64}) saved$/;

/** Of a backup by restic, with or without `--json`. The last summary counts. */
export function resticFields(lines: readonly string[]): ResticFields | null {
  return jsonSummary(lines) ?? textSummary(lines);
}

function jsonSummary(lines: readonly string[]): ResticFields | null {
  const line = lines.findLast((text) => text.startsWith('{') && text.includes('"message_type":"summary"'));
  if (line === undefined) return null;
  const summary = objectOf(line);
  if (summary?.['message_type'] !== 'summary') return null;
  const count = (name: string) => {
    const value = summary[name];
    return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
  };
  const { total_duration: duration, snapshot_id: snapshotId } = summary;
  const hasDuration = typeof duration === 'number' && Number.isFinite(duration) && duration >= 0;
  return defined<ResticFields>({
    tool: 'restic',
    files_new: count('files_new'),
    files_changed: count('files_changed'),
    files_unmodified: count('files_unmodified'),
    dirs_new: count('dirs_new'),
    dirs_changed: count('dirs_changed'),
    dirs_unmodified: count('dirs_unmodified'),
    data_added: count('data_added'),
    data_added_packed: count('data_added_packed'),
    total_files_processed: count('total_files_processed'),
    total_bytes_processed: count('total_bytes_processed'),
    duration_seconds: hasDuration ? duration : undefined,
    snapshot_id: typeof snapshotId === 'string' && /^[0-9a-f]{8,64}$/.test(snapshotId) ? snapshotId : undefined,
  });
}

function objectOf(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}

function textSummary(lines: readonly string[]): ResticFields | null {
  const last = (pattern: RegExp) => {
    for (let at = lines.length - 1; at >= 0; at--) {
      const match = pattern.exec(lines[at] ?? '');
      if (match) return match;
    }
    return null;
  };
  const processed = last(PROCESSED);
  if (!processed) return null;
  const [files, dirs, added] = [last(FILES), last(DIRS), last(ADDED)];
  return defined<ResticFields>({
    tool: 'restic',
    files_new: countOf(files?.[1]),
    files_changed: countOf(files?.[2]),
    files_unmodified: countOf(files?.[3]),
    dirs_new: countOf(dirs?.[1]),
    dirs_changed: countOf(dirs?.[2]),
    dirs_unmodified: countOf(dirs?.[3]),
    data_added: sizeOf(added?.[1], added?.[2]),
    data_added_packed: sizeOf(added?.[3], added?.[4]),
    total_files_processed: countOf(processed[1]),
    total_bytes_processed: sizeOf(processed[2], processed[3]),
    duration_seconds: secondsOf(processed[4]),
    snapshot_id: last(SNAPSHOT)?.[1],
  });
}

function sizeOf(number: string | undefined, unit: string | undefined): number | undefined {
  const factor = unit === undefined ? undefined : UNITS[unit];
  if (number === undefined || factor === undefined) return undefined;
  const bytes = Math.round(Number(number) * factor);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** `1:02` or `1:02:03`. */
function secondsOf(text: string | undefined): number | undefined {
  return text?.split(':').reduce((seconds, part) => seconds * 60 + Number(part), 0);
}
