import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { KIB } from './byte-units.ts';
import { SeededRandom } from './seeded-random.ts';
import { TextSource } from './text-source.ts';

const FILES_PER_FOLDER = 50;
const TOP_FOLDERS = 40;
const LARGEST_FILE = 16 * KIB;

/** D2: 100,000 files of 0 to 16 KiB in 2,000 folders; a tenth is text, the rest random bytes. */
export function writeSmallFiles(folder: string, scale: number): void {
  const random = new SeededRandom('D2');
  const text = new TextSource(random);
  const folderCount = Math.max(1, Math.round(2000 * scale));
  for (let number = 0; number < folderCount; number++) {
    const leaf = join(folder, `p${number % TOP_FOLDERS}`, `q${number}`);
    mkdirSync(leaf, { recursive: true });
    for (let file = 0; file < FILES_PER_FOLDER; file++) {
      const sizeBytes = random.between(0, LARGEST_FILE);
      const isText = random.below(10) === 0;
      const name = `file-${file}-${random.below(1_000_000)}.${isText ? 'txt' : 'dat'}`;
      writeFileSync(join(leaf, name), isText ? text.text(sizeBytes) : random.bytes(sizeBytes));
    }
  }
}
