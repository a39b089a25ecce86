import { closeSync, openSync, readFileSync, statSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import type { OpenCatalog } from '../../main/infra/store/open-catalog.ts';
import Database from 'better-sqlite3';

/** Enough settings that the catalog has some dozen pages: `setting.0` … with a text each. */
export async function fillCatalog(catalog: OpenCatalog, rows = 1_000): Promise<void> {
  await catalog.write(async ({ settings }) => {
    for (let at = 0; at < rows; at += 1) await settings.put(`setting.${at}`, `${at} ${'text '.repeat(30)}`);
  });
}

/** Ways in which a file that nobody has open comes to harm. */
export const DAMAGES: Readonly<Record<string, (path: string) => void>> = {
  'bytes flipped in the middle': (path) => overwrite(path, Math.floor(statSync(path).size / 2), 8_192),
  'the header overwritten': (path) => overwrite(path, 0, 100),
  'the first page overwritten behind the header': (path) => overwrite(path, 100, 3_900),
  'cut in the middle': (path) => truncateSync(path, Math.floor(statSync(path).size / 2)),
  'cut within a page': (path) => truncateSync(path, statSync(path).size - 1_000),
  'cut to its first page': (path) => truncateSync(path, 4_096),
  empty: (path) => truncateSync(path, 0),
  'not a database': (path) => writeFileSync(path, 'Once upon a time there was a catalog. '.repeat(1_000)),
  'zeroes of the same size': (path) => writeFileSync(path, Buffer.alloc(statSync(path).size)),
  "another program's database": (path) => {
    writeFileSync(path, '');
    const other = new Database(path);
    other.exec('CREATE TABLE songs (title TEXT); CREATE TABLE migrations (name TEXT)');
    other.close();
  },
};

function overwrite(path: string, offset: number, length: number): void {
  const bytes = readFileSync(path).subarray(offset, offset + length);
  const descriptor = openSync(path, 'r+');
  writeSync(
    descriptor,
    bytes.map((byte) => byte ^ 0xa5),
    0,
    bytes.length,
    offset,
  );
  closeSync(descriptor);
}
