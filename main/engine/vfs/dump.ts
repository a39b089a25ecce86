import type { Readable } from 'node:stream';
import { EngineError } from '../base/errors.ts';
import type { WarningListener } from '../base/progress.ts';
import { rawText, type RawPath } from '../base/raw-path.ts';
import { chosenBelow, wholeFolder } from './archive-starts.ts';
import { dumpTar } from './dump-tar.ts';
import { dumpZip } from './dump-zip.ts';
import type { SnapshotFileSystem } from './snapshot-file-system.ts';

export interface DumpOptions {
  /** For folders. Default: tar. */
  readonly format?: 'tar' | 'zip';
  /** Of a folder: only these paths below it, with all that is in them. Their names in the archive begin in the folder. */
  readonly only?: readonly RawPath[];
  readonly signal?: AbortSignal;
  /** Entries that the archive can't hold, or holds under another name. */
  readonly onWarning?: WarningListener;
}

export interface Dump {
  readonly kind: 'file' | 'tar' | 'zip';
  /** Bytes; undefined for archives. */
  readonly size: number | undefined;
  /** Fails with an EngineError where the snapshot is damaged: what came before is then incomplete. */
  readonly stream: Readable;
}

/** A file's bytes, or a folder with everything in it as one archive. Errors: `path_not_found`, `invalid_argument`, `corrupt`. */
export async function dump(files: SnapshotFileSystem, path: RawPath, options: DumpOptions = {}): Promise<Dump> {
  const { format = 'tar', only, signal } = options;
  const entry = await files.stat(path, signal);
  if (entry.node.type === 'file' && !only) {
    const content = await files.openFile(entry, signal);
    return { kind: 'file', size: content.size, stream: content.stream({ signal }) };
  }
  if (entry.node.type !== 'dir') {
    throw new EngineError(
      'invalid_argument',
      `${rawText(entry.path)} can't be dumped: it is ${only ? 'no folder' : 'neither a file nor a folder'} but of type ${entry.node.type}.`,
    );
  }
  const starts = only ? await chosenBelow(files, entry.path, only, signal) : wholeFolder(files, entry.path, signal);
  const stream = format === 'zip' ? dumpZip(files, starts, options) : dumpTar(files, starts, options);
  return { kind: format, size: undefined, stream };
}
