import { FileByteSource } from '../pack/byte-source.ts';
import { EngineError } from '../base/errors.ts';
import { ZstdCodec } from '../compression/zstd-codec.ts';
import type { MasterKey } from '../crypto/master-key.ts';
import { Sealer } from '../crypto/sealer.ts';
import { BlobTable, type SharedBlobTable } from '../index/blob-table.ts';
import { PackReader } from '../pack/pack-reader.ts';
import { BlobOpener } from './blob-opener.ts';
import { TreeFollower } from './follow-trees.ts';
import { openPack } from './pack-source.ts';
import { Marking, type SharedMarking } from './shared-marking.ts';
import { TreeBlocks, type TreeSource } from './tree-blocks.ts';

/** A pack with trees, as a file that the thread reads by itself. */
export interface TreePack {
  readonly pack: number;
  readonly path: string;
  /** Where its blobs end. */
  readonly endBytes: number;
}

export interface MarkTask {
  readonly kind: 'mark';
  readonly key: MasterKey;
  readonly table: SharedBlobTable;
  readonly marking: SharedMarking;
  /** The queue of this thread. */
  readonly queue: number;
  readonly packs: readonly TreePack[];
}

/** The worker's side: takes part until all trees are followed. Whatever is wrong stops the marking; the caller then finds out by itself. */
export async function markTrees(task: MarkTask): Promise<void> {
  const marking = new Marking(task.marking, task.queue);
  try {
    const follower = followerOf(task, marking);
    while (!marking.isStopped && !marking.isDone) {
      if (!(await follower.follow())) marking.rest();
    }
  } catch {
    marking.stop();
  }
}

function followerOf({ key, table: shared, packs }: MarkTask, marking: Marking): TreeFollower {
  const table = BlobTable.attach(shared);
  const sealer = new Sealer(key);
  const zstd = new ZstdCodec();
  const source = fileTrees(new Map(packs.map((pack) => [pack.pack, pack])), { table, sealer, zstd });
  const opener = new BlobOpener(sealer, zstd);
  const reader = new PackReader();
  const readLarge = (entry: number) => {
    const { path } = source.packOf(table.pack(entry));
    const pack = openPack(reader, { path }, path);
    try {
      return Promise.resolve(opener.open(pack.blobAt(table.offset(entry), table.length(entry)), table, entry));
    } finally {
      pack.close();
    }
  };
  return new TreeFollower(marking, table, new TreeBlocks(source), readLarge);
}

function fileTrees(
  packs: ReadonlyMap<number, TreePack>,
  parts: Pick<TreeSource, 'table' | 'sealer' | 'zstd'>,
): TreeSource & { packOf(pack: number): TreePack } {
  const packOf = (pack: number): TreePack => {
    const known = packs.get(pack);
    if (!known) throw new EngineError('corrupt', `Pack number ${pack} is not among those with trees.`);
    return known;
  };
  return {
    ...parts,
    packOf,
    packEnd: (pack) => packOf(pack).endBytes,
    readPack: (pack, offset, length) => Promise.resolve(readExactly(packOf(pack).path, offset, length)),
  };
}

function readExactly(path: string, offset: number, length: number): Buffer {
  using file = new FileByteSource(path);
  const bytes = Buffer.allocUnsafeSlow(length);
  for (let filled = 0; filled < length;) {
    const read = file.readInto(bytes, filled, length - filled, offset + filled);
    if (read === 0) throw new EngineError('corrupt', `${path} ends before ${offset + length} bytes.`);
    filled += read;
  }
  return bytes;
}
