import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GIB, KIB, MIB } from './byte-units.ts';
import { spliceRandomly } from './edits.ts';
import { SeededRandom } from './seeded-random.ts';
import { TextSource } from './text-source.ts';

const FOLDERS_PER_KIND = 37;
const LARGEST_FILE = 200 * MIB;
const MANY_EDITS = 20;

interface WrittenFile {
  readonly path: string;
  readonly sizeBytes: number;
}

/**
 * D1: 2 GiB, 1 KiB to 200 MiB a file: 40 % text, 40 % random bytes, 20 % copies of these with a few edits. Three quarters
 * of the bytes of a kind are in files of any size, one quarter in files up to 1 MiB, so that there are many small ones.
 */
export function writeMixedFiles(folder: string, scale: number): void {
  const writer = new KindWriter(folder);
  const random = new SeededRandom('D1');
  const text = new TextSource(random);
  const totalBytes = 2 * GIB * scale;
  const files = [
    ...fill(writer, 'text', random, totalBytes * 0.4, scale, (size) => text.text(size)),
    ...fill(writer, 'random', random, totalBytes * 0.4, scale, (size) => random.bytes(size)),
  ];
  let left = totalBytes * 0.2;
  while (left > 0) {
    const { path, sizeBytes } = random.pick(files);
    // Too small to share a chunk with its copy, or too big for what is left.
    if (sizeBytes < 4 * KIB || sizeBytes > Math.max(left + MIB, 2 * MIB)) continue;
    const editCount = random.between(1, Math.max(1, Math.min(MANY_EDITS, Math.floor(sizeBytes / (64 * KIB)))));
    left -= writer.write('copies', spliceRandomly(readFileSync(path), editCount, random)).sizeBytes;
  }
}

function fill(
  writer: KindWriter,
  kind: string,
  random: SeededRandom,
  totalBytes: number,
  scale: number,
  content: (sizeBytes: number) => Buffer,
): WrittenFile[] {
  const written: WrittenFile[] = [];
  const parts = [
    { bytes: totalBytes * 0.75, largest: Math.max(LARGEST_FILE * Math.min(scale, 1), MIB) },
    { bytes: totalBytes * 0.25, largest: MIB },
  ];
  for (const { bytes, largest } of parts) {
    let left = Math.floor(bytes);
    while (left > 0) {
      const sizeBytes = Math.min(left, random.logBetween(KIB, largest));
      written.push(writer.write(kind, content(sizeBytes)));
      left -= sizeBytes;
    }
  }
  return written;
}

/** Writes numbered files, spread over the folders of their kind. */
class KindWriter {
  readonly #folder: string;
  #count = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  write(kind: string, content: Buffer): WrittenFile {
    const number = this.#count++;
    const folder = join(this.#folder, kind, `d${number % FOLDERS_PER_KIND}`);
    mkdirSync(folder, { recursive: true });
    const path = join(folder, `f${number}.${kind === 'text' ? 'log' : 'bin'}`);
    writeFileSync(path, content);
    return { path, sizeBytes: content.length };
  }
}
