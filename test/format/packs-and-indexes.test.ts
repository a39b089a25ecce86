import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { IndexId, PackId } from '../../main/engine/base/ids.ts';
import { ZstdCodec } from '../../main/engine/compression/zstd-codec.ts';
import { Sealer } from '../../main/engine/crypto/sealer.ts';
import { IndexEncoder } from '../../main/engine/index/index-encoder.ts';
import { IndexDecoder } from '../../main/engine/index/index-file.ts';
import { IndexScanner } from '../../main/engine/index/index-scanner.ts';
import { ListedPacks } from '../../main/engine/index/listed-packs.ts';
import { RepositoryIndex } from '../../main/engine/index/repository-index.ts';
import { FileByteSource } from '../../main/engine/pack/byte-source.ts';
import { packSizeOf, readPackHeader } from '../../main/engine/pack/pack-header.ts';
import { PackReader } from '../../main/engine/pack/pack-reader.ts';
import { initFolder } from '../support/repositories.ts';
import { describeWithRestic, restic, scratchFolder } from '../support/restic.ts';

const scratch = scratchFolder();
afterAll(() => scratch.remove());
const repository = join(scratch.path, 'repository');

interface MasterKeyJson {
  readonly mac: { readonly k: string; readonly r: string };
  readonly encrypt: string;
}

async function sealerOf(): Promise<Sealer> {
  const { mac, encrypt } = JSON.parse((await restic(repository, ['cat', 'masterkey'])).stdout) as MasterKeyJson;
  const bytes = (text: string) => Buffer.from(text, 'base64');
  return new Sealer({ encrypt: bytes(encrypt), macK: bytes(mac.k), macR: bytes(mac.r) });
}

describeWithRestic('packs and indexes that restic wrote', () => {
  let sealer: Sealer;
  let json: Buffer;
  const index = new RepositoryIndex();

  beforeAll(async () => {
    const source = join(scratch.path, 'source');
    for (let folder = 0; folder < 20; folder++) {
      mkdirSync(join(source, `${folder}`), { recursive: true });
      for (let file = 0; file < 10; file++)
        writeFileSync(join(source, `${folder}/${file}`), `${folder} ${file} `.repeat(folder * 50));
    }
    await (await initFolder(repository)).close();
    await restic(repository, ['backup', source]);
    sealer = await sealerOf();
    const id = (await restic(repository, ['list', 'index'])).stdout.trim() as IndexId;
    json = Buffer.from((await restic(repository, ['cat', 'index', id])).stdout);
    new IndexDecoder(index, 2).decode(json, id);
  }, 30_000);

  it('have indexes that take the fast way and come out of the encoder unchanged', () => {
    expect(new IndexScanner(new ListedPacks(), true).scan(json)).toBe(true);
    const encoder = new IndexEncoder(index.table);
    for (let pack = 0; pack < index.packCount; pack++) encoder.addPack(index.packId(pack), index.packEntryFields(pack));
    expect(Buffer.concat(encoder.finish()).toString().trim()).toBe(json.toString().trim());
  });

  it('have headers that say what the index says, the hash that is their name, and the blobs they name', async () => {
    expect(index.packCount).toBe(2);
    const zstd = new ZstdCodec();
    const reader = new PackReader();
    for (let pack = 0; pack < index.packCount; pack++) {
      const id: PackId = index.packId(pack);
      using source = new FileByteSource(join(repository, 'data', id.slice(0, 2), id));
      reader.open(source, { name: id });
      const header = await readPackHeader((at, length) => reader.blobAt(at, length), source.sizeBytes, sealer, id);
      expect([packSizeOf(header), index.packSizeBytes(pack)]).toEqual([source.sizeBytes, source.sizeBytes]);
      const byPlace = (a: { offset: number }, b: { offset: number }) => a.offset - b.offset;
      const entries = index.packEntries(pack);
      const { table } = index;
      const listed = Array.from({ length: entries.count }, (_, i) => entries.at(i)).map((entry) => ({
        type: table.type(entry),
        id: table.idHex(entry),
        offset: table.offset(entry),
        length: table.length(entry),
        plainLength: table.plainLength(entry),
        compressed: table.uncompressedLength(entry) !== 0,
      }));
      expect(listed.sort(byPlace)).toEqual(header);
      reader.open(source, { name: id, hash: true });
      for (const blob of header) {
        const payload = sealer.open(reader.blobAt(blob.offset, blob.length));
        const plain = blob.compressed ? zstd.decompress(payload, blob.plainLength) : payload;
        expect(createHash('sha256').update(plain).digest('hex')).toBe(blob.id);
      }
      expect(reader.digest()).toBe(id);
    }
    zstd.close();
  });
});
