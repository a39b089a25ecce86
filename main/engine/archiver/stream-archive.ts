import type { Readable } from 'node:stream';
import { EngineError } from '../base/errors.ts';
import type { BlobId } from '../base/ids.ts';
import type { TimeText } from '../base/rfc3339.ts';
import { makeNode } from '../snapshot/node.ts';
import { encodeTree } from '../snapshot/tree-encoder.ts';
import type { StreamOutcome } from './archive-messages.ts';
import type { BlobSink } from './blob-sink.ts';

export interface StreamSource {
  readonly stream: Readable;
  /** The names of its folders and of the file itself; at least one. */
  readonly names: readonly string[];
  /** The snapshot's path. */
  readonly path: string;
}

const FILE_MODE = 0o644;
const FOLDER_MODE = 2 ** 31 + 0o755;

/** Throws `invalid_argument` for a name that cannot be one file in a snapshot. */
export function streamSource(stream: Readable, filename: string): StreamSource {
  const names = filename.split('/').filter((name) => name !== '' && name !== '.');
  if (names.length === 0 || names.includes('..') || filename.endsWith('/')) {
    throw new EngineError(
      'invalid_argument',
      `${JSON.stringify(filename)} is no name for the file that the stream becomes.`,
    );
  }
  return { stream, names, path: '/' + names.join('/') };
}

/** The tree around a stream's content, with the metadata that restic makes up for it. Returns the root tree's id. */
export function storeStreamTree(sink: BlobSink, source: StreamSource, time: TimeText, outcome: StreamOutcome): BlobId {
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  const metadata = { mtime: time, atime: time, ctime: time, uid, gid };
  const names = [...source.names].reverse();
  let subtree: BlobId | undefined;
  for (const name of names) {
    const node =
      subtree === undefined
        ? makeNode({
            name,
            type: 'file',
            mode: FILE_MODE,
            size: outcome.sizeBytes,
            content: outcome.content,
            ...metadata,
          })
        : makeNode({ name, type: 'dir', mode: FOLDER_MODE, subtree, ...metadata });
    subtree = sink.storeTree(encodeTree([node]));
  }
  if (subtree === undefined) throw new EngineError('internal', 'A stream has at least a name.');
  return subtree;
}
