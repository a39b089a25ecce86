import * as z from 'zod/mini';
import { EngineError } from '../base/errors.ts';
import { isFullId, type BlobId, type SnapshotId } from '../base/ids.ts';
import { checkTime, type TimeText } from '../base/rfc3339.ts';
import { goString } from './go-json.ts';

/** What restic ≥ 0.17 records about a backup run; all counts, sizes in bytes. */
export interface SnapshotSummary {
  readonly backupStart: TimeText;
  readonly backupEnd: TimeText;
  readonly filesNew: number;
  readonly filesChanged: number;
  readonly filesUnmodified: number;
  readonly dirsNew: number;
  readonly dirsChanged: number;
  readonly dirsUnmodified: number;
  readonly dataBlobs: number;
  readonly treeBlobs: number;
  readonly dataAdded: number;
  readonly dataAddedPacked: number;
  readonly totalFilesProcessed: number;
  readonly totalBytesProcessed: number;
}

/** A snapshot file's content (repository-format, section 10). Empty strings and lists and a zero uid or gid are omitted in the file. */
export interface Snapshot {
  /** Its wall-clock offset decides the buckets of forget. */
  readonly time: TimeText;
  /** May name a snapshot that is gone. */
  readonly parent?: SnapshotId | undefined;
  readonly tree: BlobId;
  /** Absolute source paths as given. */
  readonly paths: readonly string[];
  readonly hostname: string;
  readonly username: string;
  readonly uid: number;
  readonly gid: number;
  readonly excludes: readonly string[];
  readonly tags: readonly string[];
  /** The first incarnation of a snapshot that was rewritten. */
  readonly original?: SnapshotId | undefined;
  /** e.g. `restic 0.18.1` */
  readonly programVersion?: string | undefined;
  readonly summary?: SnapshotSummary | undefined;
}

/** A snapshot together with the name of its file, which is not part of the file. */
export interface StoredSnapshot extends Snapshot {
  readonly id: SnapshotId;
}

const id = z.string().check(z.refine(isFullId));
const u32 = z.int().check(z.gte(0), z.lte(0xffffffff));
const count = z._default(z.nullable(z.int().check(z.gte(0))), 0);
const strings = z.nullish(z.array(z.string()));

const SUMMARY_COUNTS = {
  filesNew: 'files_new',
  filesChanged: 'files_changed',
  filesUnmodified: 'files_unmodified',
  dirsNew: 'dirs_new',
  dirsChanged: 'dirs_changed',
  dirsUnmodified: 'dirs_unmodified',
  dataBlobs: 'data_blobs',
  treeBlobs: 'tree_blobs',
  dataAdded: 'data_added',
  dataAddedPacked: 'data_added_packed',
  totalFilesProcessed: 'total_files_processed',
  totalBytesProcessed: 'total_bytes_processed',
} as const;

const summarySchema = z.object({
  backup_start: z.string(),
  backup_end: z.string(),
  files_new: count,
  files_changed: count,
  files_unmodified: count,
  dirs_new: count,
  dirs_changed: count,
  dirs_unmodified: count,
  data_blobs: count,
  tree_blobs: count,
  data_added: count,
  data_added_packed: count,
  total_files_processed: count,
  total_bytes_processed: count,
});

const snapshotSchema = z.object({
  time: z.string(),
  parent: z.nullish(id),
  tree: id,
  paths: strings,
  hostname: z.nullish(z.string()),
  username: z.nullish(z.string()),
  uid: z.nullish(u32),
  gid: z.nullish(u32),
  excludes: strings,
  tags: strings,
  original: z.nullish(id),
  program_version: z.nullish(z.string()),
  summary: z.nullish(summarySchema),
});

/** Reads an untrusted snapshot file's JSON. `corrupt`, naming the snapshot, for what restic could not use; unknown fields are dropped. */
export function decodeSnapshot(json: Uint8Array, snapshotId: SnapshotId): StoredSnapshot {
  try {
    const raw = checkShape(JSON.parse(Buffer.from(json).toString()));
    return {
      id: snapshotId,
      time: checkTime(raw.time),
      // The schema has checked the form of all ids.
      parent: (raw.parent ?? undefined) as SnapshotId | undefined,
      tree: raw.tree as BlobId,
      paths: raw.paths ?? [],
      hostname: raw.hostname ?? '',
      username: raw.username ?? '',
      uid: raw.uid ?? 0,
      gid: raw.gid ?? 0,
      excludes: raw.excludes ?? [],
      tags: raw.tags ?? [],
      original: (raw.original ?? undefined) as SnapshotId | undefined,
      programVersion: raw.program_version ?? undefined,
      summary: raw.summary ? summaryOf(raw.summary) : undefined,
    };
  } catch (error) {
    throw new EngineError('corrupt', `Snapshot ${snapshotId} can't be read: ${reasonOf(error)}`, {
      cause: error,
      context: { snapshotId },
    });
  }
}

/** `z.core`, and with it the class of zod's errors, would bring all of zod along: 400 KB and 10 MB of memory at every start. */
function checkShape(json: unknown): z.infer<typeof snapshotSchema> {
  const parsed = snapshotSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map((issue) => `bad ${issue.path.join('.')}`);
  throw new EngineError('corrupt', fields.join(', '));
}

function summaryOf(raw: z.infer<typeof summarySchema>): SnapshotSummary {
  const counts = Object.entries(SUMMARY_COUNTS).map(([key, field]) => [key, raw[field] ?? 0] as const);
  return {
    backupStart: checkTime(raw.backup_start),
    backupEnd: checkTime(raw.backup_end),
    // One entry for each count, by SUMMARY_COUNTS' type.
    ...(Object.fromEntries(counts) as Record<keyof typeof SUMMARY_COUNTS, number>),
  };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The file's JSON, in restic's field order and without a final newline. */
export function encodeSnapshot(snapshot: Snapshot): Buffer {
  const fields: (string | false)[] = [
    `"time":"${snapshot.time}"`,
    snapshot.parent !== undefined && `"parent":"${snapshot.parent}"`,
    `"tree":"${snapshot.tree}"`,
    `"paths":${goStrings(snapshot.paths)}`,
    snapshot.hostname !== '' && `"hostname":${goString(snapshot.hostname)}`,
    snapshot.username !== '' && `"username":${goString(snapshot.username)}`,
    snapshot.uid !== 0 && `"uid":${snapshot.uid}`,
    snapshot.gid !== 0 && `"gid":${snapshot.gid}`,
    snapshot.excludes.length > 0 && `"excludes":${goStrings(snapshot.excludes)}`,
    snapshot.tags.length > 0 && `"tags":${goStrings(snapshot.tags)}`,
    snapshot.original !== undefined && `"original":"${snapshot.original}"`,
    snapshot.programVersion !== undefined && `"program_version":${goString(snapshot.programVersion)}`,
    snapshot.summary !== undefined && `"summary":${encodeSummary(snapshot.summary)}`,
  ];
  return Buffer.from('{' + fields.filter((field) => field !== false).join(',') + '}');
}

function encodeSummary(summary: SnapshotSummary): string {
  const counts = Object.entries(SUMMARY_COUNTS).map(
    ([key, field]) => `"${field}":${summary[key as keyof typeof SUMMARY_COUNTS]}`,
  );
  return `{"backup_start":"${summary.backupStart}","backup_end":"${summary.backupEnd}",${counts.join(',')}}`;
}

function goStrings(list: readonly string[]): string {
  return '[' + list.map(goString).join(',') + ']';
}
