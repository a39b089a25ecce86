import type { BlobId, IndexId, KeyId, PackId, SnapshotId } from '../base/ids.ts';

/** What is broken: something cannot be restored, or no longer be trusted. */
export type CheckErrorKind =
  | 'index_damaged'
  | 'key_damaged'
  | 'snapshot_damaged'
  | 'pack_missing'
  | 'pack_size'
  | 'pack_damaged'
  | 'blob_damaged'
  | 'tree_missing'
  | 'tree_damaged'
  | 'blob_missing'
  | 'node_invalid'
  | 'name_duplicate'
  | 'name_unsafe';

/** What is odd, but harms no restore. */
export type CheckHintKind =
  'pack_orphan' | 'pack_mixed' | 'pack_duplicate' | 'tree_order' | 'size_differs' | 'snapshot_paths' | 'blobs_unused';

export interface CheckFinding<Kind extends string = CheckErrorKind | CheckHintKind> {
  readonly kind: Kind;
  /** A sentence that names the object. */
  readonly message: string;
  readonly packId?: PackId;
  readonly blobId?: BlobId;
  readonly treeId?: BlobId;
  readonly snapshotId?: SnapshotId;
  readonly indexId?: IndexId;
  readonly keyId?: KeyId;
  /** The node's name in its folder. */
  readonly name?: string;
}
export type CheckError = CheckFinding<CheckErrorKind>;
export type CheckHint = CheckFinding<CheckHintKind>;

/** Findings in the order they came; of very many the first ones are kept and all are counted. */
export class FindingList<Kind extends string> {
  readonly #limit: number;
  readonly #findings: CheckFinding<Kind>[] = [];
  readonly #kinds = new Map<Kind, number>();
  #count = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(finding: CheckFinding<Kind>): void {
    this.#count++;
    this.#kinds.set(finding.kind, this.countOf(finding.kind) + 1);
    if (this.#findings.length < this.#limit) this.#findings.push(finding);
  }

  get list(): readonly CheckFinding<Kind>[] {
    return this.#findings;
  }

  /** All that were added, also those that are not in the list. */
  get count(): number {
    return this.#count;
  }

  countOf(kind: Kind): number {
    return this.#kinds.get(kind) ?? 0;
  }
}

/** Everything one check found so far, and which blobs it found unusable. */
export class CheckReport {
  readonly errors: FindingList<CheckErrorKind>;
  readonly hints: FindingList<CheckHintKind>;
  /** Packs that `repair packs` should look at. */
  readonly brokenPacks = new Set<PackId>();
  /** Entries of the blob table (of copies each its own) whose bytes cannot be used. */
  readonly badEntries = new Set<number>();

  constructor(maxFindings: number) {
    this.errors = new FindingList(maxFindings);
    this.hints = new FindingList(maxFindings);
  }

  error(kind: CheckErrorKind, message: string, ids: Omit<CheckError, 'kind' | 'message'> = {}): void {
    this.errors.add({ kind, message, ...ids });
  }

  hint(kind: CheckHintKind, message: string, ids: Omit<CheckHint, 'kind' | 'message'> = {}): void {
    this.hints.add({ kind, message, ...ids });
  }
}
