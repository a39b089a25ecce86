import { hash } from 'node:crypto';
import {
  MAX_DIFF_ENTRIES,
  type DiffEntry,
  type DiffFacts,
  type WalkedEntry,
} from '../../../app/engine-jobs/ports/job-facts.ts';
import {
  diffSnapshots,
  epochNsOf,
  listSnapshot,
  listSnapshots as listStored,
  rawText,
  type DiffChange,
  type Node,
} from '../../../engine/index.ts';
import type { JobInput, JobResult } from '../job-messages.ts';
import type { JobDesk } from './job-desk.ts';
import { entryType } from './entry-type.ts';
import { snapshotFacts } from './snapshot-facts.ts';

const PORTION = 2000;
/** A prune may be under way. */
const SHARED_LOCK = { retryForMs: 5 * 60_000 } as const;

/** Snapshots that can't be read are warnings: the others are there all the same. */
export async function listSnapshots(desk: JobDesk): Promise<JobResult<'listSnapshots'>> {
  const stored = await listStored(await desk.open(), {
    signal: desk.signal,
    onDamaged: (id, error) => desk.warn({ item: id, message: error.message, during: 'list' }),
  });
  return stored.map(snapshotFacts);
}

export async function walkSnapshot(desk: JobDesk, { snapshotId }: JobInput<'walkSnapshot'>): Promise<null> {
  const repository = await desk.open();
  let portion: WalkedEntry[] = [];
  for await (const { path, node } of listSnapshot(repository, snapshotId, { ...desk.operation, lock: SHARED_LOCK })) {
    portion.push(walkedEntry(rawText(path), node));
    if (portion.length < PORTION) continue;
    await desk.deliver(portion);
    portion = [];
  }
  if (portion.length > 0) await desk.deliver(portion);
  await desk.delivered();
  return null;
}

function walkedEntry(path: string, node: Node): WalkedEntry {
  return {
    path,
    type: entryType(node),
    sizeBytes: Number(node.size),
    modifiedAtMs: Number(epochNsOf(node.mtime) / 1_000_000n),
    contentDigest: node.type === 'file' ? hash('sha256', (node.content ?? []).join(''), 'hex') : null,
  };
}

const CHANGES: Readonly<Record<string, DiffEntry['change']>> = {
  '+': 'added',
  '-': 'removed',
  M: 'changed',
  'M?': 'damaged',
  U: 'metadata',
};

export async function diff(desk: JobDesk, { beforeId, afterId }: JobInput<'diff'>): Promise<DiffFacts> {
  const entries: DiffEntry[] = [];
  let isCut = false;
  const onChange = ({ path, modifier }: DiffChange) => {
    if (entries.length >= MAX_DIFF_ENTRIES) isCut = true;
    else entries.push({ path: rawText(path), change: CHANGES[modifier] ?? changeOf(modifier) });
  };
  const options = { ...desk.operation, metadata: true, lock: SHARED_LOCK, onChange };
  const { added, removed, changedFiles } = await diffSnapshots(await desk.open(), beforeId, afterId, options);
  return {
    addedFiles: added.files,
    removedFiles: removed.files,
    changedFiles,
    addedBytes: added.bytes,
    removedBytes: removed.bytes,
    entries,
    isCut,
  };
}

/** Several at once, as in `TM` or `MU`: the type tells most. */
function changeOf(modifier: string): DiffEntry['change'] {
  if (modifier.includes('T')) return 'type';
  return modifier.includes('M') ? 'changed' : 'metadata';
}
