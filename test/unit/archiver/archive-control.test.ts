import { describe, expect, it } from 'vitest';
import { ArchiveControl, createArchiveState } from '../../../main/engine/archiver/archive-control.ts';
import { MAX_CHUNK } from '../../../main/engine/chunker/chunker.ts';
import { seededBytes } from '../../support/seeded-bytes.ts';

const MIB = 1024 * 1024;

/** Two threads' views of one backup, the second of which has nothing to do. */
function controls() {
  const state = createArchiveState(2);
  const [busy, idle] = [new ArchiveControl(state), new ArchiveControl(state)];
  idle.beginIdle();
  return { busy, idle };
}

describe('handing chunks over', () => {
  it('brings two at once, whole, and has room again when one is done', () => {
    const { busy, idle } = controls();
    const chunks = [2 * MIB, MIB].map((bytes) => seededBytes(`chunk of ${bytes}`, bytes));
    expect(chunks.map((chunk, i) => busy.offer(40 + i, chunk))).toEqual([true, true]);
    expect(busy.offer(42, seededBytes('third', 1000))).toBe(false);
    const taken = [idle.take(), idle.take()];
    taken.forEach((handed, i) => {
      expect(handed?.entry).toBe(40 + i);
      expect(Buffer.from(handed?.bytes ?? []).equals(chunks[i] ?? Buffer.alloc(0))).toBe(true);
    });
    expect(idle.take()).toBeUndefined();
    taken[0]?.done();
    expect(busy.offer(42, seededBytes('third', 1000))).toBe(true);
    expect(Buffer.from(taken[1]?.bytes ?? []).equals(chunks[1] ?? Buffer.alloc(0))).toBe(true);
  });

  it('leaves chunks that do not fit, and all chunks while nobody is idle, to whoever offers them', () => {
    const { busy, idle } = controls();
    expect(busy.offer(1, new Uint8Array(MAX_CHUNK))).toBe(false);
    expect(busy.offer(1, new Uint8Array(3 * MIB + 1))).toBe(false);
    expect(idle.take()).toBeUndefined();
    const chunk = seededBytes('first', 2 * MIB);
    expect(busy.offer(1, chunk)).toBe(true);
    expect(busy.offer(2, new Uint8Array(MIB + 1))).toBe(false);
    const taken = idle.take();
    expect(Buffer.from(taken?.bytes ?? []).equals(chunk)).toBe(true);
    taken?.done();
    expect(busy.offer(2, new Uint8Array(3 * MIB))).toBe(true);
    idle.take()?.done();
    idle.endIdle();
    expect(busy.offer(1, new Uint8Array(1000))).toBe(false);
  });
});
