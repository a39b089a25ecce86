import type { FolderIdentity, ListedFolder, ListingWriter } from '../../main/engine/archiver/shared-listing.ts';
import type { RawName } from '../../main/engine/base/raw-path.ts';
import type { EntryStat } from '../../main/engine/source/file-metadata.ts';
import { putStat, STAT_WORDS } from '../../main/engine/source/stat-words.ts';

export interface ListedEntry {
  readonly name: RawName;
  /** undefined: not known. */
  readonly stat: EntryStat | undefined;
}

/** A folder's listing out of made-up entries; undefined when there is no room. */
export function writeListing(
  writer: ListingWriter,
  folder: FolderIdentity,
  entries: readonly ListedEntry[],
): ListedFolder | undefined {
  const names = entries.map(({ name }) => name);
  if (!writer.begin(folder, names)) return undefined;
  entries.forEach(({ stat }, index) => {
    if (stat === undefined) return writer.putUnknown(index);
    const words = new Uint32Array(STAT_WORDS);
    putStat(words, stat);
    writer.put(index, words);
  });
  return writer.finish();
}
