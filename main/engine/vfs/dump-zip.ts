import type { Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import { throwIfAborted } from '../base/abort.ts';
import { epochNsOf } from '../base/rfc3339.ts';
import { posixModeOf } from '../snapshot/go-mode.ts';
import type { Node, NodeType } from '../snapshot/node.ts';
import { archiveEntries, type ArchiveEntry } from './archive-entries.ts';
import type { ArchiveStart } from './archive-starts.ts';
import type { DumpOptions } from './dump.ts';
import type { SnapshotFileSystem } from './snapshot-file-system.ts';

const ZIP_TYPES: ReadonlySet<NodeType> = new Set(['file', 'dir', 'symlink']);
const MAX_NAME_BYTES = 0xfffe;

/** A zip: files, folders and symbolic links with their modes and times in whole seconds. Zip64 where it is needed. */
export function dumpZip(files: SnapshotFileSystem, starts: readonly ArchiveStart[], options: DumpOptions): Readable {
  const archive = new ZipFile();
  // Node's own PassThrough behind yazl's narrower type.
  const output = archive.outputStream as Readable;
  archive.on('error', (error: unknown) => output.destroy(error instanceof Error ? error : new Error(String(error))));
  const fill = async () => {
    const { onWarning, signal } = options;
    const accepts = (node: Node) => ZIP_TYPES.has(node.type);
    for await (const entry of archiveEntries(files, starts, { rules: 'portable', accepts, onWarning, signal })) {
      throwIfAborted(signal);
      // The reader is gone.
      if (output.destroyed) return;
      if (Buffer.byteLength(entry.name) > MAX_NAME_BYTES) {
        onWarning?.({ item: entry.name, message: 'The path is too long for a zip; left out.', during: 'dump' });
        continue;
      }
      await addEntry(archive, files, entry, options);
    }
    archive.end();
  };
  fill().catch((error: unknown) => archive.emit('error', error));
  return output;
}

/** Resolves when all of the entry is on its way: yazl takes any number of entries at once, and would hold them all. */
async function addEntry(
  archive: ZipFile,
  files: SnapshotFileSystem,
  { name, entry }: ArchiveEntry,
  { signal }: DumpOptions,
): Promise<void> {
  const { node } = entry;
  // A time before 1970 would make yazl throw where nobody can catch it.
  const modifiedMs = Math.max(0, Number(epochNsOf(node.mtime) / 1_000_000n));
  const options = { mode: posixModeOf(node.mode), mtime: new Date(modifiedMs) };
  if (node.type === 'dir') return archive.addEmptyDirectory(name, options);
  if (node.type === 'symlink') {
    const target = node.linkTargetRaw ?? Buffer.from(node.linkTarget);
    return archive.addBuffer(target, name, { ...options, compress: false });
  }
  const content = await files.openFile(entry, signal);
  const output = archive.outputStream;
  await new Promise<void>((resolve, reject) => {
    // yazl hears neither of a stream that fails nor of a reader that goes away.
    const onGone = () => stream.destroy();
    const stream = content.stream({ signal });
    stream.once('error', reject);
    stream.once('close', () => {
      output.removeListener('close', onGone);
      resolve();
    });
    output.once('close', onGone);
    archive.addReadStreamLazy(name, { ...options, size: content.size }, (deliver) => deliver(null, stream));
  });
}
