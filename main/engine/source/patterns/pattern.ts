import { posix, win32 } from 'node:path';
import { byteString } from '../../base/raw-path.ts';
import { compileComponent, type ComponentMatcher } from './component-glob.ts';

/** `**`: any number of components, none included. */
const ANY_DEPTH = Symbol('**');
type Part = ComponentMatcher | typeof ANY_DEPTH;

/**
 * How far a pattern got with a folder's components: `reached[p]` is 1 when the parts before p are used up. Part 0 of a
 * relative pattern may start anywhere. The last position means that the folder, or one above it, matched.
 */
export type PatternState = Uint8Array;

/** One of restic's patterns, ready to walk down a path component by component. */
export class Pattern {
  readonly text: string;
  readonly negated: boolean;
  readonly #parts: readonly Part[];
  readonly #rooted: boolean;
  /** Where only `**` parts, or nothing, are left: reaching such a position is a match. */
  readonly #isEnd: readonly boolean[];

  private constructor(text: string, negated: boolean, rooted: boolean, parts: readonly Part[]) {
    this.text = text;
    this.negated = negated;
    this.#rooted = rooted;
    this.#parts = parts;
    const isEnd = new Array<boolean>(parts.length + 1).fill(true);
    for (let at = parts.length - 1; at >= 0; at--) isEnd[at] = parts[at] === ANY_DEPTH && isEnd[at + 1] === true;
    this.#isEnd = isEnd;
  }

  /** undefined when a component is malformed. `text` must not be empty. */
  static parse(text: string, options: { windows: boolean }): Pattern | undefined {
    const negated = text.startsWith('!');
    const components = splitComponents(cleanPattern(negated ? text.slice(1) : text, options.windows));
    const rooted = components[0] === '/';
    const parts: Part[] = [];
    for (const component of rooted ? components.slice(1) : components) {
      // The pattern `/` leaves an empty component, which restic treats as `**`: it matches everything.
      const isAnyDepth = component === '**' || component === '';
      const part = isAnyDepth ? ANY_DEPTH : compileComponent(byteString(component), !options.windows);
      if (!part) return undefined;
      parts.push(part);
    }
    return new Pattern(text, negated, rooted, parts);
  }

  /** Before any component. `absolute`: of the path, whose root is used up by this call. */
  start(absolute: boolean): PatternState {
    const state = new Uint8Array(this.#parts.length + 1);
    if (absolute || !this.#rooted) this.#reach(state, 0);
    return state;
  }

  step(state: PatternState, component: string): PatternState {
    const next = new Uint8Array(state.length);
    if (!this.#rooted) this.#reach(next, 0);
    for (let at = 0; at < this.#parts.length; at++) {
      if (state[at] === 0) continue;
      const part = this.#parts[at];
      if (part === ANY_DEPTH) this.#reach(next, at);
      else if (part?.(component)) this.#reach(next, at + 1);
    }
    // What lies below a match matches.
    if (state[this.#parts.length] === 1) next[this.#parts.length] = 1;
    return next;
  }

  /** Whether a path matches whose parent folder has `state` and whose last component is `name`. Allocates nothing. */
  matches(state: PatternState, name: string): boolean {
    const parts = this.#parts;
    if (state[parts.length] === 1) return true;
    for (let at = 0; at < parts.length; at++) {
      if (state[at] === 0) continue;
      const part = parts[at];
      if (part === ANY_DEPTH ? this.#isEnd[at] : this.#isEnd[at + 1] && part?.(name)) return true;
    }
    return false;
  }

  /** Whether anything below a folder with this state may match. */
  mayMatchBelow(state: PatternState): boolean {
    return !this.#rooted || state.includes(1);
  }

  #reach(state: PatternState, position: number): void {
    state[position] = 1;
    while (this.#parts[position] === ANY_DEPTH) state[++position] = 1;
  }
}

/** `/` first for absolute paths. The path must be clean. */
export function splitComponents(path: string): string[] {
  const components = path.split('/');
  if (components[0] === '') components[0] = '/';
  return components;
}

function cleanPattern(text: string, windows: boolean): string {
  const clean = windows ? win32.normalize(text).replaceAll('\\', '/') : posix.normalize(text);
  // Go's Clean drops the closing slash that Node keeps.
  return clean.length > 1 && clean.endsWith('/') ? clean.slice(0, -1) : clean;
}
