import { rawBytes, type RawPath } from '../base/raw-path.ts';
import { nodeNameBytes, type NodeName } from './node.ts';

const SLASH = 0x2f;
const SEPARATOR = Buffer.from('/');
const DOT = Buffer.from('.');

/** Paths inside a snapshot: absolute, `/` between names on every system, bytes where a name is not valid UTF-8. */
export const ROOT_PATH = '/';

export function childPath(parent: RawPath, name: NodeName): RawPath {
  if (typeof parent === 'string' && name.rawName === undefined && name.name.isWellFormed()) {
    return parent === ROOT_PATH ? parent + name.name : parent + '/' + name.name;
  }
  const head = rawBytes(parent);
  const bytes = nodeNameBytes(name);
  return Buffer.concat(head.at(-1) === SLASH ? [head, bytes] : [head, SEPARATOR, bytes]);
}

/** The names on the way from the root; doubled slashes and `.` are passed over, `..` is a name like any other. */
export function pathNames(path: RawPath): Buffer[] {
  const bytes = rawBytes(path);
  const names: Buffer[] = [];
  for (let start = 0; start <= bytes.length;) {
    const slash = bytes.indexOf(SLASH, start);
    const end = slash < 0 ? bytes.length : slash;
    const name = bytes.subarray(start, end);
    if (name.length > 0 && !name.equals(DOT)) names.push(name);
    start = end + 1;
  }
  return names;
}
