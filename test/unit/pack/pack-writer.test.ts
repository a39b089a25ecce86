import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { generateMasterKey } from '../../../main/engine/crypto/master-key.ts';
import { Sealer } from '../../../main/engine/crypto/sealer.ts';
import { BlobTable } from '../../../main/engine/index/blob-table.ts';
import { readPackHeader } from '../../../main/engine/pack/pack-header.ts';
import { PackWriter } from '../../../main/engine/pack/pack-writer.ts';
import type { FinishedPack, PackWriterOptions } from '../../../main/engine/pack/pack-writer.ts';
import { scratchFolder } from '../../support/restic.ts';
import { canMountTmpfs, mountTmpfs } from '../../support/tmpfs.ts';

const sealer = new Sealer(generateMasterKey());
const scratch = scratchFolder();
afterAll(() => scratch.remove());
const staging = join(scratch.path, 'staging');
const table = BlobTable.create();

beforeEach(() => {
  rmSync(staging, { recursive: true, force: true });
  mkdirSync(staging);
});

function writing(options: Partial<PackWriterOptions> = {}): { writer: PackWriter; packs: FinishedPack[] } {
  const packs: FinishedPack[] = [];
  let files = 0;
  const nextPath = () => join(staging, `pack-${files++}`);
  const onPack = (pack: FinishedPack) => packs.push(pack);
  return { writer: new PackWriter({ type: 'data', sealer, ids: table, nextPath, onPack, ...options }), packs };
}

const claim = (payload: Uint8Array) => {
  const entry = table.claim(0, createHash('sha256').update(payload).digest());
  return entry < 0 ? ~entry : entry;
};

/** The payloads in a finished pack, after checking everything that pack and entries say about each other. */
async function readBack(pack: FinishedPack): Promise<Buffer[]> {
  const file = readFileSync(pack.path);
  expect(file.length).toBe(pack.sizeBytes);
  expect(createHash('sha256').update(file).digest('hex')).toBe(pack.id);
  const header = await readPackHeader(
    (offset, length) => file.subarray(offset, offset + length),
    file.length,
    sealer,
    'p',
  );
  expect(header.length * 4).toBe(pack.entries.length);
  return header.map((blob, i) => {
    const [entry = -1, offset, length, plain] = pack.entries.subarray(i * 4, i * 4 + 4);
    expect([blob.id, blob.offset, blob.length]).toEqual([table.idHex(entry), offset, length]);
    expect([blob.type, blob.compressed ? blob.plainLength : 0]).toEqual([pack.type, plain]);
    return sealer.open(file.subarray(blob.offset, blob.offset + blob.length));
  });
}

describe('packs', () => {
  it('hold blobs of all sizes around the buffer, in order', async () => {
    const { writer, packs } = writing({ bufferBytes: 256 * 1024, type: 'tree' });
    const sizes = [0, 1, 131071, 131072, 131073, 262112, 262144, 300_001, 5, 1_000_000, 131_040, 131_040, 100];
    const payloads = sizes.map((size) => randomBytes(size));
    payloads.forEach((payload, i) => writer.addBlob(claim(payload), payload, i % 2 === 0 ? 0 : 77 + i));
    expect(packs).toEqual([]);
    expect(writer.pendingBytes).toBe(sizes.reduce((sum, size) => sum + size + 32, 0));
    writer.finish();
    writer.finish();
    expect(packs.length).toBe(1);
    expect(await readBack(packs[0]!)).toEqual(payloads);
    expect(statSync(packs[0]!.path).mode & 0o777).toBe(0o600);
  });

  it('are closed as soon as their blobs reach the target', async () => {
    const { writer, packs } = writing({ targetBytes: 1000 });
    const payloads = Array.from({ length: 12 }, () => randomBytes(218));
    payloads.forEach((payload, i) => {
      writer.addBlob(claim(payload), payload, 0);
      expect(packs.length).toBe(Math.floor((i + 1) / 4));
    });
    writer.finish();
    const read = await Promise.all(packs.map(readBack));
    expect(read.map((blobs) => blobs.length)).toEqual([4, 4, 4]);
    expect(read.flat()).toEqual(payloads);
  });

  it('of their own go to blobs of at least the target, while the common one goes on', async () => {
    const { writer, packs } = writing({ targetBytes: 600_000 });
    const [a, big, b, exact] = [randomBytes(1000), randomBytes(700_000), randomBytes(2000), randomBytes(600_000 - 32)];
    for (const payload of [a, big, b, exact]) writer.addBlob(claim(payload), payload, 0);
    expect(packs.length).toBe(2);
    writer.finish();
    expect(await Promise.all(packs.map(readBack))).toEqual([[big], [exact], [a, b]]);
  });

  it('take sealed blobs byte by byte', async () => {
    const { writer, packs } = writing();
    const payloads = [randomBytes(10), randomBytes(131_073), randomBytes(2_000_000)];
    const sealed = payloads.map((payload) => sealer.seal(payload));
    sealed.forEach((bytes, i) => writer.addSealed(claim(payloads[i]!), bytes, 0));
    expect(() => writer.addSealed(0, Buffer.alloc(31), 0)).toThrow(/32 bytes/);
    writer.finish();
    expect(await readBack(packs[0]!)).toEqual(payloads);
    expect(readFileSync(packs[0]!.path).subarray(0, sealed[0]!.length)).toEqual(sealed[0]);
  });

  it('are closed before their header passes 16 MiB', async () => {
    const { writer, packs } = writing({ targetBytes: 2 ** 30 });
    const sealed = sealer.seal(Buffer.alloc(0));
    const entry = claim(Buffer.alloc(0));
    const most = Math.floor((16 * 1024 * 1024 - 32) / 41);
    for (let i = 0; i <= most; i++) writer.addSealed(entry, sealed, 1);
    expect(packs.map((pack) => pack.entries.length / 4)).toEqual([most]);
    writer.finish();
    const file = readFileSync(packs[0]!.path);
    const header = await readPackHeader((at, length) => file.subarray(at, at + length), file.length, sealer, 'p');
    expect(header.length).toBe(most);
  }, 20_000);
});

describe('unfinished packs', () => {
  it('vanish on discard, finished ones stay', () => {
    const { writer, packs } = writing({ targetBytes: 1000 });
    writer.addBlob(claim(randomBytes(2000)), randomBytes(2000), 0);
    writer.addBlob(claim(randomBytes(100)), randomBytes(100), 0);
    expect(readdirSync(staging).length).toBe(2);
    writer.discard();
    expect(readdirSync(staging)).toEqual([packs[0]!.path.slice(staging.length + 1)]);
    expect(() => writer.addBlob(0, randomBytes(1), 0)).toThrow(/failed earlier/);
  });

  it('vanish when something fails in the middle', () => {
    const ids = {
      idBytes: () => {
        throw new Error('no such id');
      },
    };
    const { writer, packs } = writing({ ids });
    writer.addBlob(0, randomBytes(700_000), 0);
    expect(() => writer.finish()).toThrow('no such id');
    expect([readdirSync(staging), packs]).toEqual([[], []]);
    expect(() => writer.finish()).toThrow(/failed earlier/);
  });

  it('say what is wrong when the staging folder is gone', () => {
    rmSync(staging, { recursive: true });
    const { writer } = writing();
    const attempt = () => writer.addBlob(0, randomBytes(1), 0);
    expect(attempt).toThrow(
      expect.objectContaining({ code: 'backend_failed', message: expect.stringContaining(staging) }),
    );
  });

  it.skipIf(!canMountTmpfs)('vanish when the disk is full, with no_space (needs the right to mount)', () => {
    const disk = mountTmpfs('size=256k', staging);
    try {
      const { writer, packs } = writing();
      const attempt = () => {
        for (let i = 0; i < 20; i++) writer.addBlob(0, randomBytes(100_000), 0);
      };
      expect(attempt).toThrow(expect.objectContaining({ code: 'no_space', message: expect.stringContaining(staging) }));
      expect([readdirSync(staging), packs]).toEqual([[], []]);
    } finally {
      disk.unmount();
    }
  });
});
