import { appendFileSync, cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { seededBytes, seededIntegers } from './seeded-bytes.ts';

const KIB = 1024;

/** A source that changes from one backup to the next: files come, go, grow and stay. Keeps a copy of every state. */
export class ChangingFolder {
  readonly path: string;
  readonly #keep: string;
  #state = 0;

  /** `keep` is a folder of its own, where the copies go. */
  constructor(path: string, keep: string) {
    this.path = path;
    this.#keep = keep;
    mkdirSync(join(path, 'steady/below'), { recursive: true });
    for (let i = 0; i < 40; i++) this.#put(`steady/text-${i}`, `Text of file ${i}.\n`.repeat(20 * i));
    for (let i = 0; i < 4; i++) this.#put(`steady/below/random-${i}`, seededBytes(`steady ${i}`, 300 * KIB));
    this.#put('steady/large', seededBytes('large', 3 * 1024 * KIB));
  }

  /** The next state; returns the path of a copy of it. */
  change(): string {
    const state = ++this.#state;
    const pick = seededIntegers(`state ${state}`);
    mkdirSync(join(this.path, `round-${state}/deep/er`), { recursive: true });
    for (let i = 0; i < 12; i++)
      this.#put(`round-${state}/file-${i}`, seededBytes(`${state}:${i}`, 1 + pick(120 * KIB)));
    this.#put(`round-${state}/deep/er/text`, `Deep text of round ${state}.\n`.repeat(500));
    if (state > 2) rmSync(join(this.path, `round-${state - 2}`), { recursive: true });
    this.#put('changing', seededBytes(`changing ${state}`, 700 * KIB));
    appendFileSync(join(this.path, 'steady/large'), seededBytes(`more ${state}`, 200 * KIB));
    const copy = join(this.#keep, String(state));
    cpSync(this.path, copy, { recursive: true, preserveTimestamps: true });
    return copy;
  }

  #put(name: string, content: string | Uint8Array): void {
    writeFileSync(join(this.path, name), content);
  }
}
