import type { RawPath } from '../../main/engine/base/raw-path.ts';
import { readTree, type TreeEntries, type TreeEntry } from './tree-entries.ts';

export type ComparedField = keyof TreeEntry;

export interface CompareOptions {
  /** What may differ: for programs that are known to lose it. */
  readonly ignore?: readonly ComparedField[];
  /** Paths below the root that may differ or be missing on either side; '' is the root itself. */
  readonly except?: readonly string[];
}

/** Every difference between two folders, one sentence each; empty when they are the same. */
export function compareTrees(expected: RawPath, actual: RawPath, options: CompareOptions = {}): string[] {
  return compareEntries(readTree(expected), readTree(actual), options);
}

export function compareEntries(expected: TreeEntries, actual: TreeEntries, options: CompareOptions = {}): string[] {
  const except = new Set(options.except ?? []);
  const differences: string[] = [];
  for (const [path, entry] of expected) {
    if (except.has(path)) continue;
    const other = actual.get(path);
    if (other) differences.push(...compareEntry(shown(path), entry, other, options.ignore ?? []));
    else differences.push(`${shown(path)}: missing ${entry.kind}`);
  }
  for (const [path, entry] of actual) {
    if (!expected.has(path) && !except.has(path)) differences.push(`${shown(path)}: unexpected ${entry.kind}`);
  }
  return differences;
}

const FIELDS = [
  'kind',
  'mode',
  'uid',
  'gid',
  'mtimeNs',
  'size',
  'sha256',
  'target',
  'device',
  'xattrs',
  'hardLinkOf',
] as const;

function compareEntry(
  path: string,
  expected: TreeEntry,
  actual: TreeEntry,
  ignore: readonly ComparedField[],
): string[] {
  // Of two different kinds of things everything else differs too.
  if (expected.kind !== actual.kind) return [`${path}: a ${actual.kind} instead of a ${expected.kind}`];
  return FIELDS.filter((field) => !ignore.includes(field))
    .map((field) => ({ field, want: print(field, expected), have: print(field, actual) }))
    .filter(({ want, have }) => want !== have)
    .map(({ field, want, have }) => `${path}: ${field} is ${have} instead of ${want}`);
}

function print(field: ComparedField, entry: TreeEntry): string {
  const value = entry[field];
  if (value === undefined) return 'none';
  if (field === 'mode') return entry.mode.toString(8).padStart(4, '0');
  if (typeof value === 'object') return value.length === 0 ? 'none' : value.join(', ');
  return field === 'target' || field === 'hardLinkOf' ? shown(String(value)) : String(value);
}

/** Bytes outside printable ASCII as \xNN, so that a difference can be read on any terminal. */
function shown(path: string): string {
  if (path === '') return '(root)';
  return path.replace(/[^ -~]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
