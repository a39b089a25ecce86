import type { MasterKey } from '../crypto/master-key.ts';
import type { SharedBlobTable } from '../index/shared-blob-table.ts';
import type { FinishedPack } from '../pack/pack-writer.ts';
import type { RepositoryVersion } from '../repository/config.ts';
import type { PackSource } from './pack-source.ts';

/** Made once for each worker of a copy. */
export interface CopyWorkerData {
  readonly sourceKey: MasterKey;
  readonly targetKey: MasterKey;
  readonly targetVersion: RepositoryVersion;
  /** The target's blobs: where the ids of the copied ones are. */
  readonly targetBlobs: SharedBlobTable;
  readonly stagingFolder: string;
}

/** Words a blob takes in a task: entry in the target's table, offset, sealed length, uncompressed length or 0. */
export const COPY_FIELDS = 4;

export type CopyTask =
  | {
      readonly kind: 'pack';
      readonly pack: string;
      readonly source: PackSource;
      readonly blobs: Uint32Array<ArrayBuffer>;
    }
  /** A blob that the main thread had to read from another copy. */
  | { readonly kind: 'plaintext'; readonly entry: number; readonly plaintext: Uint8Array }
  /** Closes the unfinished packs. */
  | { readonly kind: 'finish' }
  /** Deletes them. */
  | { readonly kind: 'discard' };

export interface CopyReply {
  /** Staged; the receiver publishes them. */
  readonly packs: readonly FinishedPack[];
  /** Blobs of the task, by their place in it, that can't be read there. */
  readonly unreadable: readonly number[];
  /** Plaintext bytes of the others. */
  readonly copiedBytes: number;
}
