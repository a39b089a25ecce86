import { EngineError } from '../../base/errors.ts';
import { byteString, rawText, type RawPath } from '../../base/raw-path.ts';
import { goLowerCase } from './lower-case.ts';
import { Pattern, splitComponents, type PatternState } from './pattern.ts';

export interface PatternListOptions {
  /** As --iexclude and --iinclude. */
  readonly ignoreCase?: boolean;
  /** Backslashes separate and do not escape. Default: this system's habit. */
  readonly windows?: boolean;
}

/**
 * A list of restic's include or exclude patterns:
 * - a relative pattern matches at any depth, one that starts with `/` from the root only;
 * - what lies below a match matches too;
 * - `**` stands for any number of components;
 * - later patterns decide, and a leading `!` takes back what an earlier one matched. Empty patterns count for nothing.
 *
 * Paths are clean, absolute as a rule, and may be raw bytes. The list remembers the folder of the last path: walking a
 * tree folder by folder costs one step per pattern and entry, whatever the depth.
 */
export class PatternList {
  readonly #patterns: readonly Pattern[];
  readonly #hasNegated: boolean;
  readonly #ignoreCase: boolean;
  readonly #windows: boolean;
  #folder: string | undefined;
  #states: readonly PatternState[] = [];

  /** Throws `invalid_argument` that names every malformed pattern. */
  constructor(patterns: readonly string[], options: PatternListOptions = {}) {
    this.#ignoreCase = options.ignoreCase ?? false;
    this.#windows = options.windows ?? process.platform === 'win32';
    this.#patterns = parseAll(patterns, this.#ignoreCase, this.#windows);
    this.#hasNegated = this.#patterns.some((pattern) => pattern.negated);
  }

  get isEmpty(): boolean {
    return this.#patterns.length === 0;
  }

  matches(path: RawPath): boolean {
    if (this.isEmpty) return false;
    const name = this.#enterFolderOf(path);
    let matched = false;
    for (let index = 0; index < this.#patterns.length; index++) {
      const pattern = this.#patterns[index];
      const state = this.#states[index];
      // A pattern that could only repeat what is already decided is not worth a look.
      if (!pattern || !state || pattern.negated !== matched) continue;
      if (!pattern.matches(state, name)) continue;
      matched = !pattern.negated;
      if (matched && !this.#hasNegated) return true;
    }
    return matched;
  }

  /** For includes: also whether something below `path` may match, so that a walk need not go down in vain. */
  matchesWithChildren(path: RawPath): { readonly matched: boolean; readonly childMayMatch: boolean } {
    let matched = false;
    let childMayMatch = false;
    if (this.isEmpty) return { matched, childMayMatch };
    const name = this.#enterFolderOf(path);
    this.#patterns.forEach((pattern, index) => {
      const state = this.#states[index];
      if (!state) return;
      const isMatch = pattern.matches(state, name);
      if (pattern.negated) {
        matched &&= !isMatch;
        childMayMatch &&= !isMatch;
      } else {
        matched ||= isMatch;
        childMayMatch ||= pattern.mayMatchBelow(pattern.step(state, name));
      }
    });
    return { matched, childMayMatch };
  }

  /** Brings the states to the path's folder, and returns its last component. */
  #enterFolderOf(path: RawPath): string {
    const text = this.#comparable(path);
    const slash = text.lastIndexOf('/');
    const folder = text.slice(0, slash + 1);
    if (folder !== this.#folder) {
      this.#states = this.#statesOf(folder);
      this.#folder = folder;
    }
    return text.slice(slash + 1);
  }

  /** `folder` ends with a slash, or is empty for a relative path of one component. */
  #statesOf(folder: string): PatternState[] {
    const absolute = folder.startsWith('/');
    const components = folder === '' || folder === '/' ? [] : splitComponents(folder.slice(0, -1));
    if (absolute) components.shift();
    return this.#patterns.map((pattern) =>
      components.reduce((state, component) => pattern.step(state, component), pattern.start(absolute)),
    );
  }

  #comparable(path: RawPath): string {
    const cased = this.#ignoreCase ? goLowerCase(rawText(path)) : path;
    const text = byteString(cased);
    return this.#windows ? text.replaceAll('\\', '/') : text;
  }
}

function parseAll(texts: readonly string[], ignoreCase: boolean, windows: boolean): Pattern[] {
  const invalid: string[] = [];
  const patterns: Pattern[] = [];
  for (const text of texts) {
    if (text === '') continue;
    const pattern = Pattern.parse(ignoreCase ? goLowerCase(text) : text, { windows });
    if (pattern) patterns.push(pattern);
    else invalid.push(text);
  }
  if (invalid.length > 0) {
    throw new EngineError(
      'invalid_argument',
      `These patterns are malformed: ${invalid.map((text) => JSON.stringify(text)).join(', ')}`,
    );
  }
  return patterns;
}
