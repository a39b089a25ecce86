import type { BrowsedEntry } from '../../../app/engine-jobs/ports/browser.ts';
import { epochNsOf, posixPermissionsOf, type SnapshotEntry } from '../../../engine/index.ts';
import { entryType } from './entry-type.ts';
import { pathText } from './path-text.ts';

export function browsedEntry({ path, node }: SnapshotEntry): BrowsedEntry {
  return {
    name: node.name,
    path: pathText(path),
    type: entryType(node),
    sizeBytes: node.type === 'file' ? Number(node.size) : 0,
    modifiedAtMs: Number(epochNsOf(node.mtime) / 1_000_000n),
    mode: posixPermissionsOf(node.mode).toString(8).padStart(4, '0'),
    linkTarget: node.type === 'symlink' ? node.linkTarget : null,
  };
}
