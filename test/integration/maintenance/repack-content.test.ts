import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { BLOB_TYPE_CODE } from '../../../main/engine/base/blob-type.ts';
import { idToBytes, type BlobId, type PackId } from '../../../main/engine/base/ids.ts';
import { check } from '../../../main/engine/maintenance/check.ts';
import { planPrune } from '../../../main/engine/maintenance/prune-plan.ts';
import { prune } from '../../../main/engine/maintenance/prune.ts';
import { encodePackHeader, type PackEntry } from '../../../main/engine/pack/pack-header.ts';
import { IndexSaver } from '../../../main/engine/repository/index-saver.ts';
import { loadIndex } from '../../../main/engine/repository/load-index.ts';
import type { Repository } from '../../../main/engine/repository/repository.ts';
import { makeNode } from '../../../main/engine/snapshot/node.ts';
import { encodeTree } from '../../../main/engine/snapshot/tree-encoder.ts';
import { saveSnapshot } from '../../../main/engine/snapshot/snapshot-store.ts';
import { initFolder } from '../../support/repositories.ts';
import { describeWithRestic, restic, scratchFolder } from '../../support/restic.ts';
import { seededBytes } from '../../support/seeded-bytes.ts';
import { snapshotContents } from '../../support/snapshot-contents.ts';
import { makeSnapshot } from '../../support/snapshots.ts';

describeWithRestic('what prune writes anew', () => {
  const scratch = scratchFolder();
  const source = join(scratch.path, 'source');
  let count = 0;
  let path = '';
  let repository: Repository;

  beforeAll(() => {
    mkdirSync(source);
    for (let i = 0; i < 20; i++) writeFileSync(join(source, `text-${i}`), `Line ${i} of a text. `.repeat(3000));
    writeFileSync(join(source, 'random'), seededBytes('random', 900_000));
    writeFileSync(join(source, 'tiny'), 'x');
  });
  afterAll(() => scratch.remove());

  const fresh = async () => {
    path = join(scratch.path, `repository-${count++}`);
    repository = await initFolder(path);
  };
  const expectSound = async () => {
    expect((await check({ repository, readData: true, workers: 1 })).errors).toEqual([]);
    const { stdout } = await restic(path, ['check', '--read-data']);
    expect(stdout).toContain('no errors were found');
  };

  it('is compressed on request, once', async () => {
    await fresh();
    await restic(path, ['backup', source, '--compression', 'off']);
    const before = await snapshotContents(repository);
    const plain = await planPrune(repository, {});
    expect(
      plain.repack.filter((pack) => plain.index.table.type(plain.index.packEntries(pack).at(0)) === 'data'),
    ).toEqual([]);
    const sizeBefore = plain.statistics.used.bytes;
    await prune(repository, { repackUncompressed: true });
    await expectSound();
    expect(await snapshotContents(repository)).toEqual(before);
    const after = await planPrune(repository, { repackUncompressed: true });
    expect(after.repack).toEqual([]);
    expect(after.statistics.used.bytes).toBeLessThan(sizeBefore / 1.5);
  });

  it('can be proven by its hashes', async () => {
    await fresh();
    await restic(path, ['backup', source]);
    await restic(path, ['backup', join(source, 'random')]);
    await restic(path, ['forget', '--keep-last', '1', '--group-by', '']);
    const before = await snapshotContents(repository);
    const { executed } = await prune(repository, { maxUnused: '0', verifyRepacked: true });
    expect(executed?.newPacks).toBeGreaterThan(0);
    expect(await snapshotContents(repository)).toEqual(before);
    await expectSound();
  });

  it('separates data and trees that a foreign program put into one pack', async () => {
    await fresh();
    await mixedPack();
    const before = await snapshotContents(repository);
    expect((await check({ repository })).hints).toMatchObject([{ kind: 'pack_mixed' }]);
    const { statistics } = await prune(repository);
    expect(statistics.packs.repack).toBe(1);
    expect((await check({ repository })).hints).toEqual([]);
    expect(await repository.backend.list('pack')).toHaveLength(2);
    expect(await snapshotContents(repository)).toEqual(before);
    await expectSound();
  });

  /** One file, whose content and folder lie in one pack, written by hand. */
  async function mixedPack(): Promise<void> {
    const data = Buffer.from('content beside its tree');
    const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
    const file = makeNode({
      name: 'file',
      type: 'file',
      mode: 0o644,
      size: data.length,
      content: [hash(data) as BlobId],
    });
    const tree = encodeTree([file]);
    const blobs = [
      { type: 'data', plain: data },
      { type: 'tree', plain: tree },
    ] as const;
    const entries: PackEntry[] = [];
    const sealed: Buffer[] = [];
    let offset = 0;
    for (const { type, plain } of blobs) {
      const payload = repository.sealer.seal(type === 'tree' ? repository.zstd.compress(plain) : plain);
      const id = hash(plain) as BlobId;
      entries.push({
        type,
        id,
        offset,
        length: payload.length,
        plainLength: plain.length,
        compressed: type === 'tree',
      });
      sealed.push(payload);
      offset += payload.length;
    }
    const header = repository.sealer.seal(encodePackHeader(entries));
    const length = Buffer.alloc(4);
    length.writeUInt32LE(header.length);
    const pack = Buffer.concat([...sealed, header, length]);
    const packId = hash(pack) as PackId;
    await repository.backend.write({ type: 'pack', id: packId }, pack);
    const index = await loadIndex(repository);
    const saver = new IndexSaver(repository, index);
    const fields = entries.flatMap(({ type, id, offset: at, length: bytes, plainLength, compressed }) => {
      const claimed = index.table.claim(BLOB_TYPE_CODE[type], idToBytes(id));
      return [~claimed, at, bytes, compressed ? plainLength : 0];
    });
    saver.add(packId, Uint32Array.from(fields));
    await saver.flush();
    const { id: _id, ...snapshot } = makeSnapshot('2026-01-02T03:04:05Z', { tree: hash(tree) as BlobId });
    await saveSnapshot(repository, snapshot);
  }
});
