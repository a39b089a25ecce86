import { EngineError } from '../base/errors.ts';
import type { RawPath } from '../base/raw-path.ts';
import { PatternList } from '../source/patterns/pattern-list.ts';

export interface SelectionPatterns {
  readonly include?: readonly string[] | undefined;
  readonly iinclude?: readonly string[] | undefined;
  readonly exclude?: readonly string[] | undefined;
  readonly iexclude?: readonly string[] | undefined;
  /** Only these paths, by their exact text, and the folders that they lie in; not together with patterns. */
  readonly only?: ReadonlySet<string> | undefined;
}

export interface Selected {
  readonly selected: boolean;
  /** Whether a walk must go down. */
  readonly childMayBeSelected: boolean;
}

const EVERYTHING: Selected = { selected: true, childMayBeSelected: true };
const NOTHING: Selected = { selected: false, childMayBeSelected: false };

/** Decides by path inside the snapshot what is restored, with restic's meaning of its four pattern options. */
export class Selection {
  readonly #includes: readonly PatternList[];
  readonly #excludes: readonly PatternList[];
  readonly #only: ReadonlySet<string> | undefined;
  readonly #onTheWay: ReadonlySet<string>;

  constructor(patterns: SelectionPatterns) {
    this.#includes = listsOf(patterns.include, patterns.iinclude);
    this.#excludes = listsOf(patterns.exclude, patterns.iexclude);
    if (this.#includes.length > 0 && this.#excludes.length > 0) {
      throw new EngineError(
        'invalid_argument',
        'Patterns to include and to exclude cannot be combined. Give one kind.',
      );
    }
    this.#only = patterns.only;
    this.#onTheWay = foldersOf(patterns.only ?? new Set());
    if (this.#only && this.#includes.length + this.#excludes.length > 0) {
      throw new EngineError('invalid_argument', 'A list of paths cannot be combined with patterns.');
    }
  }

  get isEverything(): boolean {
    return this.#includes.length === 0 && this.#excludes.length === 0 && !this.#only;
  }

  of(location: RawPath): Selected {
    if (this.#only) {
      if (typeof location !== 'string') return NOTHING;
      return { selected: this.#only.has(location), childMayBeSelected: this.#onTheWay.has(location) };
    }
    if (this.#includes.length > 0) {
      let selected = false;
      let childMayBeSelected = false;
      for (const list of this.#includes) {
        const answer = list.matchesWithChildren(location);
        selected ||= answer.matched;
        childMayBeSelected ||= answer.childMayMatch;
      }
      return { selected, childMayBeSelected };
    }
    return this.#excludes.some((list) => list.matches(location)) ? NOTHING : EVERYTHING;
  }
}

function listsOf(plain: readonly string[] = [], ignoreCase: readonly string[] = []): PatternList[] {
  const lists = [new PatternList(plain), new PatternList(ignoreCase, { ignoreCase: true })];
  return lists.filter((list) => !list.isEmpty);
}

function foldersOf(paths: ReadonlySet<string>): ReadonlySet<string> {
  const folders = new Set<string>();
  for (const path of paths) {
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
      const folder = path.slice(0, at);
      if (folders.has(folder)) break;
      folders.add(folder);
    }
  }
  return folders;
}
