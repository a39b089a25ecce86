import { execFileSync } from 'node:child_process';
import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MemoryBackend } from '../../../main/engine/backend/memory-backend.ts';
import { stagedFileName } from '../../../main/engine/backend/staging.ts';

describe('the staging folder of a MemoryBackend', () => {
  it('goes away when it is closed, with what is in it', async () => {
    const backend = new MemoryBackend();
    const folder = await backend.stagingFolder();
    expect(await backend.stagingFolder()).toBe(folder);
    await writeFile(join(folder, stagedFileName()), 'unfinished');
    await backend.close();
    await expect(stat(folder)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('is swept when its process died without closing it', async () => {
    const deadPid = Number(execFileSync(process.execPath, ['-p', 'process.pid']).toString());
    const orphan = join(tmpdir(), `guardit-staging-${stagedFileName(deadPid)}-abc123`);
    const living = new MemoryBackend();
    try {
      await mkdir(orphan);
      const folder = await living.stagingFolder();
      expect(await new MemoryBackend().removeStaleStaged()).toBeGreaterThanOrEqual(1);
      await expect(stat(orphan)).rejects.toMatchObject({ code: 'ENOENT' });
      expect((await stat(folder)).isDirectory()).toBe(true);
    } finally {
      await living.close();
      await rm(orphan, { recursive: true, force: true });
    }
  });

  it('has no files that a worker could open by itself', () => {
    expect(new MemoryBackend().localPath()).toBeUndefined();
  });
});
