import { closeSync, ftruncateSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { writeNonZero } from '../../../main/engine/restorer/sparse-write.ts';
import { scratchFolder } from '../../support/restic.ts';

const scratch = scratchFolder();
afterAll(scratch.remove);
let files = 0;

function written(bytes: Buffer, offset: number): { content: Buffer; endsInHole: boolean } {
  const path = join(scratch.path, `file-${files++}`);
  const fd = openSync(path, 'w');
  const endsInHole = writeNonZero(fd, bytes, offset);
  if (endsInHole) ftruncateSync(fd, offset + bytes.length);
  closeSync(fd);
  return { content: readFileSync(path), endsInHole };
}

it.each([0, 1, 4095, 4096, 5000])('leaves a file as if all had been written, at offset %i', (offset) => {
  for (const [size, data] of [
    [1, []],
    [1, [0]],
    [4096, [4095]],
    [20_000, []],
    [20_000, [0, 19_999]],
    [20_000, [9000]],
    [20_000, [4095, 4096]],
  ] as const) {
    const bytes = Buffer.alloc(size);
    for (const at of data) bytes[at] = 1;
    const { content, endsInHole } = written(bytes, offset);
    expect(content.equals(Buffer.concat([Buffer.alloc(offset), bytes]))).toBe(true);
    if (data.length === 0) expect(endsInHole).toBe(true);
    if ((data as readonly number[]).includes(size - 1)) expect(endsInHole).toBe(false);
  }
});
