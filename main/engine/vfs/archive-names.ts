import { utf8Runs } from '../snapshot/go-json.ts';
import { nodeNameBytes, type NodeName } from '../snapshot/node.ts';
import { isSafeName } from '../snapshot/safe-name.ts';

/** `posix`: as Linux and macOS take names from a tar. `portable`: also for zip readers, to which `\` separates folders. */
export type NameRules = 'posix' | 'portable';

/**
 * What a name becomes inside an archive. Undefined for names that lead out of the folder where somebody unpacks it: trees are
 * untrusted. Both formats carry text only, so a byte that is not UTF-8 becomes `%XX`.
 */
export function archiveName(name: NodeName, rules: NameRules): string | undefined {
  const bytes = nodeNameBytes(name);
  if (!isSafeName(bytes, 'linux')) return undefined;
  let text = '';
  for (const run of utf8Runs(bytes)) text += run.text ?? percent(run.byte);
  if (rules === 'posix') return text;
  // A drive letter would make the path absolute.
  return text.replaceAll('\\', '%5C').replace(/^([A-Za-z]):/, '$1%3A');
}

function percent(byte: number): string {
  return '%' + byte.toString(16).toUpperCase().padStart(2, '0');
}
