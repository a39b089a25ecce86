import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isTemporaryName, writeAtomically } from '../../../main/engine/backend/atomic-write.ts';
import { PRIVATE_MODES } from '../../../main/engine/backend/local-modes.ts';

describe('writeAtomically', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'guardit-atomic-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it.each([true, false])('leaves only the file (exclusive: %s)', async (exclusive) => {
    await writeAtomically(join(folder, 'config'), Buffer.from('new'), { modes: PRIVATE_MODES, exclusive });
    expect(await readdir(folder)).toEqual(['config']);
    expect(await readFile(join(folder, 'config'), 'utf8')).toBe('new');
  });

  it('keeps a taken name when exclusive, replaces it otherwise, and leaves no second file', async () => {
    const target = join(folder, 'config');
    await writeFile(target, 'old');
    await expect(
      writeAtomically(target, Buffer.from('new'), { modes: PRIVATE_MODES, exclusive: true }),
    ).rejects.toMatchObject({ code: 'EEXIST' });
    expect(await readFile(target, 'utf8')).toBe('old');
    await writeAtomically(target, Buffer.from('new'), { modes: PRIVATE_MODES, exclusive: false });
    expect(await readFile(target, 'utf8')).toBe('new');
    expect(await readdir(folder)).toEqual(['config']);
  });

  it('removes its temporary file when publishing fails', async () => {
    const target = join(folder, 'config');
    await mkdir(join(target, 'occupied'), { recursive: true });
    for (const exclusive of [true, false]) {
      await expect(writeAtomically(target, Buffer.from('new'), { modes: PRIVATE_MODES, exclusive })).rejects.toThrow();
    }
    expect(await readdir(folder)).toEqual(['config']);
  });

  it('knows temporary names, its own and those of restic', () => {
    const id = 'a'.repeat(64);
    for (const name of [`${id}-tmp-0123456789abcdef`, `${id}-tmp-2938475`, 'config-tmp-12']) {
      expect(isTemporaryName(name)).toBe(true);
    }
    for (const name of [id, `${id}-tmp-`, `x${id}-tmp-1`, 'config', 'notes-tmp-1', `${id}-tmp-../1`]) {
      expect(isTemporaryName(name)).toBe(false);
    }
  });
});
