import { win32, type PlatformPath } from 'node:path';
import { EngineError } from '../base/errors.ts';
import { byteString, rawFromByteString, rawText, type RawName, type RawPath } from '../base/raw-path.ts';

/** One node that a snapshot gets because of its targets. All paths are absolute. */
export interface PlanNode {
  readonly name: RawName;
  /** Save whatever is here. Exactly one of `path` and `children` is set. */
  readonly path?: RawPath;
  /** True when a target named exactly this path. */
  readonly explicit: boolean;
  /** A folder that is there only for these children, by raw bytes in ascending order. */
  readonly children?: readonly PlanNode[];
  /** Set with `children`: the folder whose metadata the node gets, links followed. */
  readonly metadataPath?: RawPath;
}

/** All text in here is byte strings: paths compare, split and sort as their bytes. */
interface Branch {
  readonly children: Map<string, Branch>;
  /** Tells apart folders of one name from different places; top level only. */
  root: string;
  path: string | undefined;
  metadataPath: string | undefined;
  explicit: boolean;
}

export interface PlanTarget {
  /** Clean, relative to the working folder or absolute, with at least one component. Not raw bytes: a byte string. */
  readonly path: string;
  readonly explicit: boolean;
}

/** `posix` or `win32` of node:path. */
export type PathRules = PlatformPath;

/** Lays targets out as restic does (repository-format, section 13). `list` gives the names in a folder. */
export class PlanTree {
  readonly #rules: PathRules;
  readonly #absolute: (path: string) => string;
  readonly #list: (folder: RawPath) => readonly RawName[];
  readonly #top = newBranch('');

  constructor(rules: PathRules, absolute: (path: string) => string, list: (folder: RawPath) => readonly RawName[]) {
    this.#rules = rules;
    this.#absolute = absolute;
    this.#list = list;
  }

  add(target: PlanTarget): void {
    const { names, hasVolume } = planComponents(this.#rules, target.path);
    const [first, ...below] = names;
    if (first === undefined) throw new EngineError('invalid_argument', `Not a backup target: ${target.path}`);
    const root = this.#rootOf(target.path);
    let branch = this.#topBranch(first, root);
    // A volume's node is made up: its metadata comes from the volume's root folder.
    let folder = hasVolume ? root : this.#rules.join(root, first);
    for (const name of below) {
      branch.metadataPath = folder;
      folder = this.#rules.join(folder, name);
      branch = childOf(branch, name);
    }
    branch.path = target.path;
    branch.explicit = target.explicit;
  }

  /** Overlapping targets are merged first: a target's entries stand beside what other targets name below it. */
  finish(): PlanNode[] {
    this.#unroll(this.#top);
    return this.#nodesOf(this.#top);
  }

  /** Two targets of one name from different places: the later one gets `-1`, `-2`, … */
  #topBranch(name: string, root: string): Branch {
    const { children } = this.#top;
    for (let suffix = 0; ; suffix++) {
      const candidate = suffix === 0 ? name : `${name}-${suffix}`;
      const existing = children.get(candidate);
      if (existing?.root === root) return existing;
      if (existing) continue;
      const branch = newBranch(root);
      children.set(candidate, branch);
      return branch;
    }
  }

  /** The folder that holds the target's first component. */
  #rootOf(path: string): string {
    if (this.#rules.isAbsolute(path)) return this.#rules.parse(path).root;
    const ups = path.split(this.#rules.sep).filter((name) => name === '..');
    return ups.length > 0 ? ups.join(this.#rules.sep) : '.';
  }

  #unroll(branch: Branch): void {
    if (branch.path !== undefined && branch.children.size > 0) {
      const folder = branch.path;
      for (const name of this.#list(this.#rawAbsolute(folder))) {
        const key = byteString(name);
        const entry = this.#rules.join(folder, key);
        const child = childOf(branch, key);
        if (child.path !== undefined && child.path !== entry) {
          throw new EngineError(
            'invalid_argument',
            `Two targets meet at ${rawText(rawFromByteString(entry))}: name only one of them.`,
          );
        }
        child.path ??= entry;
      }
      branch.path = undefined;
      branch.explicit = false;
    }
    for (const child of branch.children.values()) this.#unroll(child);
  }

  #nodesOf(branch: Branch): PlanNode[] {
    // Byte strings: the default order is the order of the bytes.
    const names = [...branch.children.keys()].sort();
    return names.flatMap((key) => {
      const child = branch.children.get(key);
      return child ? [this.#nodeOf(rawFromByteString(key), child)] : [];
    });
  }

  #nodeOf(name: RawName, branch: Branch): PlanNode {
    if (branch.path !== undefined) return { name, path: this.#rawAbsolute(branch.path), explicit: branch.explicit };
    return {
      name,
      explicit: false,
      children: this.#nodesOf(branch),
      metadataPath: this.#rawAbsolute(branch.metadataPath ?? '.'),
    };
  }

  #rawAbsolute(path: string): RawPath {
    return rawFromByteString(this.#absolute(path));
  }
}

/** The names that a clean path gets in the snapshot. `..` and `.` vanish, a Windows volume becomes the first name. */
export function planComponents(rules: PathRules, path: string): { names: string[]; hasVolume: boolean } {
  const volume = volumeOf(rules, path);
  const rooted = rules.join(rules.sep, path.slice(volume.length));
  const names = rooted.split(rules.sep).filter((name) => name !== '');
  if (volume === '') return { names, hasVolume: false };
  return {
    names: [volume.length === 2 && volume.endsWith(':') ? volume.slice(0, 1) : volume, ...names],
    hasVolume: true,
  };
}

/** `C:` or `\\server\share`; always empty on POSIX. */
export function volumeOf(rules: PathRules, path: string): string {
  if (rules !== win32) return '';
  const { root } = rules.parse(path);
  return root.endsWith('\\') ? root.slice(0, -1) : root;
}

function childOf(branch: Branch, name: string): Branch {
  const existing = branch.children.get(name);
  if (existing) return existing;
  const child = newBranch('');
  branch.children.set(name, child);
  return child;
}

function newBranch(root: string): Branch {
  return { children: new Map(), root, path: undefined, metadataPath: undefined, explicit: false };
}
