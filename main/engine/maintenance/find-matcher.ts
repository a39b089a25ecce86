import { EngineError } from '../base/errors.ts';
import { byteString, rawFromBytes } from '../base/raw-path.ts';
import { epochNsOf } from '../base/rfc3339.ts';
import { nodeNameBytes, type Node } from '../snapshot/node.ts';
import { goLowerCase } from '../source/patterns/lower-case.ts';
import { Pattern, type PatternState } from '../source/patterns/pattern.ts';

export interface NamePatternOptions {
  /** restic's globs: without a slash they match a name anywhere, with a leading one a path from the root. */
  readonly patterns: readonly string[];
  readonly ignoreCase?: boolean;
  /** Only entries modified at or after this, in nanoseconds since 1970. */
  readonly oldestNs?: bigint;
  /** Only entries modified at or before this. */
  readonly newestNs?: bigint;
}

/** How far each pattern got with a folder's path. */
export type FolderState = readonly PatternState[];

/** Decides which entries a search by name wants, on its way down the folders. */
export class FindMatcher {
  /** Whether it depends on the name alone whether an entry matches: then a folder's verdict holds wherever the folder is. */
  readonly nameOnly: boolean;
  readonly #patterns: readonly Pattern[];
  readonly #options: NamePatternOptions;

  /** Errors: `invalid_argument`. */
  constructor(options: NamePatternOptions) {
    const { patterns, ignoreCase = false } = options;
    if (patterns.length === 0) throw new EngineError('invalid_argument', 'Nothing to find: give at least one pattern.');
    this.#options = options;
    this.#patterns = patterns.map((text) => {
      const pattern =
        text === '' ? undefined : Pattern.parse(ignoreCase ? goLowerCase(text) : text, { windows: false });
      if (pattern) return pattern;
      throw new EngineError('invalid_argument', `Not a valid pattern: ${JSON.stringify(text)}.`);
    });
    this.nameOnly = patterns.every((text) => !text.includes('/'));
  }

  root(): FolderState {
    return this.#patterns.map((pattern) => pattern.start(true));
  }

  /** Also true for what lies below a match: a folder that matches brings all of its content. */
  matches(folder: FolderState, node: Node): boolean {
    const name = this.#nameOf(node);
    if (!this.#patterns.some((pattern, at) => pattern.matches(stateAt(folder, at), name))) return false;
    const { oldestNs, newestNs } = this.#options;
    if (oldestNs === undefined && newestNs === undefined) return true;
    const modifiedNs = epochNsOf(node.mtime);
    return (oldestNs === undefined || modifiedNs >= oldestNs) && (newestNs === undefined || modifiedNs <= newestNs);
  }

  enter(folder: FolderState, node: Node): FolderState {
    const name = this.#nameOf(node);
    return this.#patterns.map((pattern, at) => pattern.step(stateAt(folder, at), name));
  }

  mayMatchBelow(folder: FolderState): boolean {
    return this.#patterns.some((pattern, at) => pattern.mayMatchBelow(stateAt(folder, at)));
  }

  #nameOf(node: Node): string {
    const name = rawFromBytes(nodeNameBytes(node));
    const cased = this.#options.ignoreCase === true && typeof name === 'string' ? goLowerCase(name) : name;
    return byteString(cased);
  }
}

function stateAt(folder: FolderState, at: number): PatternState {
  return folder[at] ?? new Uint8Array(0);
}
