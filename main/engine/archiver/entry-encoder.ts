import { isUtf8 } from 'node:buffer';
import type { BlobId } from '../base/ids.ts';
import { rawText, type RawName, type RawPath } from '../base/raw-path.ts';
import { formatLocal } from '../base/rfc3339.ts';
import { makeNode, toU64, type ExtendedAttribute, type Node } from '../snapshot/node.ts';
import { AccountNames } from '../source/account-names.ts';
import { describeEntry, type EntryStat, type SourceEntry } from '../source/file-metadata.ts';

const NO_XATTRS: readonly ExtendedAttribute[] = [];

/** Makes nodes out of what the file system says, with the fields that restic sets for each type (repository-format, section 11). */
export class EntryEncoder {
  readonly #withAtime: boolean;
  readonly accounts = new AccountNames();
  readonly #onWarning: (item: string, message: string) => void;

  constructor(options: { readonly withAtime: boolean; readonly onWarning: (item: string, message: string) => void }) {
    this.#withAtime = options.withAtime;
    this.#onWarning = options.onWarning;
  }

  /** Reads what a stat does not tell: link target and attributes. Throws when a link cannot be read. */
  describe(path: RawPath, stat: EntryStat): SourceEntry {
    return describeEntry(path, stat, {
      accounts: this.accounts,
      onWarning: (message) => this.#onWarning(rawText(path), message),
    });
  }

  /**
   * The node of a file or folder as far as a stat tells, without extended attributes: enough to see that nothing changed, since
   * any change of an attribute changes the ctime. `sizeBytes` is what was read of a file.
   */
  plainNode(name: RawName, stat: EntryStat, sizeBytes: number = stat.sizeBytes): Node {
    const user = this.accounts.userName(stat.uid);
    const group = this.accounts.groupName(stat.gid);
    return this.#node(name, stat, user, group, sizeBytes, NO_XATTRS, undefined, null);
  }

  fileNode(name: RawName, entry: SourceEntry, content: readonly BlobId[], sizeBytes: number): Node {
    return this.#node(name, entry, entry.user, entry.group, sizeBytes, entry.xattrs, undefined, content);
  }

  folderNode(name: RawName, entry: SourceEntry): Node {
    return this.#node(name, entry, entry.user, entry.group, 0, entry.xattrs, undefined, null);
  }

  /** Links, devices and pipes. */
  specialNode(name: RawName, entry: SourceEntry): Node {
    return this.#node(name, entry, entry.user, entry.group, 0, entry.xattrs, entry.linkTarget, null);
  }

  #node(
    name: RawName,
    stat: EntryStat,
    user: string | undefined,
    group: string | undefined,
    sizeBytes: number,
    extendedAttributes: readonly ExtendedAttribute[],
    linkTarget: Buffer | undefined,
    content: readonly BlobId[] | null,
  ): Node {
    if (stat.type === 'irregular') throw new TypeError(`No node for an irregular file: ${rawText(name)}`);
    const mtime = formatLocal(stat.mtimeNs);
    const { type } = stat;
    return makeNode({
      name: rawText(name),
      rawName: typeof name === 'string' ? undefined : name,
      type,
      mode: stat.mode,
      mtime,
      atime: this.#withAtime ? formatLocal(stat.atimeNs) : mtime,
      ctime: formatLocal(stat.ctimeNs),
      uid: stat.uid,
      gid: stat.gid,
      user: user ?? '',
      group: group ?? '',
      inode: toU64(stat.inode),
      deviceId: toU64(stat.device),
      size: type === 'file' ? sizeBytes : 0,
      links: type === 'dir' || type === 'fifo' ? 0 : stat.links,
      linkTarget: linkTarget === undefined ? '' : rawText(linkTarget),
      linkTargetRaw: linkTarget === undefined || isUtf8(linkTarget) ? undefined : linkTarget,
      extendedAttributes,
      device: type === 'dev' || type === 'chardev' ? toU64(stat.rdev) : 0,
      content,
    });
  }
}
