import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MemoryBackend } from '../../../main/engine/backend/memory-backend.ts';
import { ReadOnlyBackend } from '../../../main/engine/backend/read-only-backend.ts';
import { contentNamed } from '../../conformance/backend-conformance.ts';

describe('ReadOnlyBackend', () => {
  it('reads, refuses every change, and still removes a staged file it was given', async () => {
    const inner = new MemoryBackend();
    const bytes = Buffer.from('content');
    const ref = contentNamed('snapshot', bytes);
    await inner.write(ref, bytes);
    const backend = new ReadOnlyBackend(inner);
    expect(backend.location).toBe(inner.location);
    expect(await backend.read(ref, { offset: 1, length: 2 })).toEqual(bytes.subarray(1, 3));
    expect(await backend.stat(ref)).toBe(bytes.length);
    expect(await backend.list('snapshot')).toHaveLength(1);

    const folder = await mkdtemp(join(tmpdir(), 'guardit-read-only-'));
    const staged = join(folder, 'staged');
    await writeFile(staged, bytes);
    for (const change of [
      () => backend.create(),
      () => backend.write(),
      () => backend.stagingFolder(),
      () => backend.writeStaged(contentNamed('pack', bytes), staged),
      () => backend.removeStaleStaged(),
      () => backend.remove(),
    ]) {
      await expect(change()).rejects.toMatchObject({ code: 'read_only' });
    }
    await expect(stat(staged)).rejects.toMatchObject({ code: 'ENOENT' });
    await rm(folder, { recursive: true });
    expect(await inner.read(ref)).toEqual(bytes);
    expect(await inner.list('pack')).toEqual([]);
  });
});
