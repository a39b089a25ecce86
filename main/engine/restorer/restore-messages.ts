import type { PlainEngineError } from '../base/errors.ts';
import type { MasterKey } from '../crypto/master-key.ts';
import type { SharedBlobTable } from '../index/blob-table.ts';
import type { SharedEntryTable } from './entry-table.ts';
import type { SharedFileTable } from './file-table.ts';

/** For a worker from its start; what needs an open repository comes with `begin`. */
export interface RestoreWorkerData {
  readonly files: SharedFileTable;
  readonly folders: SharedEntryTable;
  /** One word; not 0 = stop between two blobs. */
  readonly stop: SharedArrayBuffer;
  readonly sparse: boolean;
}

/** File numbers of a FileTable, unless said otherwise. */
export type RestoreTask =
  | {
      readonly kind: 'begin';
      readonly masterKey: MasterKey;
      readonly blobs: SharedBlobTable;
      readonly process: ProcessIdentity;
    }
  | PackTask
  /** Files without anything to write: empty ones, ones that have their content, ones whose last blob is lost. */
  | { readonly kind: 'finish'; readonly files: Uint32Array }
  /** Which blobs are in the existing files already? */
  | { readonly kind: 'compare'; readonly files: Uint32Array }
  /** Do the restored files have their content? */
  | { readonly kind: 'verify'; readonly files: Uint32Array }
  /** Close all files. */
  | { readonly kind: 'end' };

/** Blobs of one pack, in the order of their offsets, as items of WorkList; read from `path`, or from `bytes` that begin at `bytesOffset`. */
export interface PackTask {
  readonly kind: 'pack';
  readonly packId: string;
  readonly items: Uint32Array;
  readonly path?: string;
  readonly bytes?: Uint8Array;
  readonly bytesOffset?: number;
}

/** What the system will make of new files. */
export interface ProcessIdentity {
  readonly uid: number;
  readonly gid: number;
  readonly umask: number;
}

export interface FileProblem {
  readonly file: number;
  readonly message: string;
}

export interface RestoreReply {
  readonly kind: RestoreTask['kind'];
  /** The whole restore must end; the worker itself lives on, to close its files. */
  readonly fatal?: PlainEngineError;
  readonly bytesWritten: number;
  /** Files that are complete, metadata included. */
  readonly finished: Uint32Array;
  /** Nothing more can be done for these: they are incomplete. */
  readonly failed: readonly FileProblem[];
  /** The file is there, but some of its metadata is not. */
  readonly flawed: readonly FileProblem[];
  /** Items whose blob could not be had from this pack, with the reason. */
  readonly lost: readonly LostBlob[];
  /** For `compare`: for each file COMPARED and one byte a blob, 1 where it is there. */
  readonly compared?: Uint8Array;
  readonly comparedFiles?: Uint32Array;
}

export interface LostBlob {
  readonly entry: number;
  readonly items: Uint32Array;
  readonly reason: string;
}

/** What a comparison found in the place of a file. */
export const COMPARED = { sameSize: 1, otherSize: 2, unreadable: 3 } as const;
