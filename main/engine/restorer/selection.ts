import { EngineError } from '../base/errors.ts';
import type { RawPath } from '../base/raw-path.ts';
import { PatternList } from '../source/patterns/pattern-list.ts';

export interface SelectionPatterns {
  readonly include?: readonly string[] | undefined;
  readonly iinclude?: readonly string[] | undefined;
  readonly exclude?: readonly string[] | undefined;
  readonly iexclude?: readonly string[] | undefined;
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

  constructor(patterns: SelectionPatterns) {
    this.#includes = listsOf(patterns.include, patterns.iinclude);
    this.#excludes = listsOf(patterns.exclude, patterns.iexclude);
    if (this.#includes.length > 0 && this.#excludes.length > 0) {
      throw new EngineError(
        'invalid_argument',
        'Patterns to include and to exclude cannot be combined. Give one kind.',
      );
    }
  }

  get isEverything(): boolean {
    return this.#includes.length === 0 && this.#excludes.length === 0;
  }

  of(location: RawPath): Selected {
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
