import type { Engine } from '../commands/repository-command.ts';
import type { Node } from '../../engine/index.ts';
import { formatBytes, formatLocalTime } from './format.ts';
import { printable } from './printable.ts';

export interface NodeLineOptions {
  readonly long?: boolean;
  readonly humanReadable?: boolean;
}

/** A file or folder as `restic ls` shows it: its path, or with `long` what `ls -l` would tell. */
export function nodeLine(engine: Engine, path: string | Buffer, node: Node, options: NodeLineOptions): string {
  const shown = printable(path.toString());
  if (!options.long) return shown;
  const size = node.type === 'file' ? node.size : 0;
  const sizeText = options.humanReadable ? formatBytes(size).padStart(11) : String(size).padStart(6);
  const owner = `${String(node.uid).padStart(5)} ${String(node.gid).padStart(5)}`;
  const target = node.type === 'symlink' ? ` -> ${printable(node.linkTarget)}` : '';
  return `${engine.permissionText(node.mode)} ${owner} ${sizeText} ${formatLocalTime(node.mtime)} ${shown}${target}`;
}
