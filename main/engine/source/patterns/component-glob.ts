/**
 * One path component's glob, with the rules of Go's filepath.Match, which restic's patterns are made of: `*`, `?`,
 * `[a-z]`, `[^a-z]` and `\c`. Patterns and names are byte strings (one unit per byte): `*` may start a match inside a
 * character, and `?` and classes take one character or one invalid byte, exactly as in Go.
 */
export type ComponentMatcher = (name: string) => boolean;

interface CharacterClass {
  readonly kind: 'class';
  readonly negated: boolean;
  /** Code points, both ends included. */
  readonly ranges: ReadonlyArray<readonly [low: number, high: number]>;
}
type Token = { readonly kind: 'literal'; readonly text: string } | { readonly kind: 'any' } | CharacterClass;

/** What stands between two stars. `afterStar`: it may be found anywhere further on. */
interface Chunk {
  readonly afterStar: boolean;
  readonly tokens: readonly Token[];
}

const SPECIAL = /[\\[\]*?]/;
const REPLACEMENT_RUNE = 0xfffd;

/** undefined when the glob is malformed. Without `escapes` (Windows) a backslash is an ordinary character. */
export function compileComponent(glob: string, escapes: boolean): ComponentMatcher | undefined {
  if (!SPECIAL.test(glob)) return (name) => name === glob;
  const chunks = parseChunks(glob, escapes);
  return chunks && (simpleMatcher(chunks) ?? ((name) => matchChunks(chunks, name)));
}

function parseChunks(glob: string, escapes: boolean): Chunk[] | undefined {
  const chunks: Chunk[] = [];
  let tokens: Token[] = [];
  let literal = '';
  let afterStar = false;
  const endLiteral = () => {
    if (literal !== '') tokens.push({ kind: 'literal', text: literal });
    literal = '';
  };
  for (let at = 0; at < glob.length; at++) {
    const unit = glob.charAt(at);
    if (unit === '*') {
      endLiteral();
      if (tokens.length > 0) chunks.push({ afterStar, tokens });
      tokens = [];
      afterStar = true;
    } else if (unit === '?') {
      endLiteral();
      tokens.push({ kind: 'any' });
    } else if (unit === '[') {
      endLiteral();
      const parsed = parseClass(glob, at + 1, escapes);
      if (!parsed) return undefined;
      tokens.push(parsed.class);
      at = parsed.end - 1;
    } else if (unit === '\\' && escapes) {
      at++;
      if (at === glob.length) return undefined;
      literal += glob.charAt(at);
    } else {
      literal += unit;
    }
  }
  endLiteral();
  // A closing star leaves an empty last chunk, which then takes the rest of any name.
  chunks.push({ afterStar, tokens });
  return chunks;
}

/** `at` is behind the bracket. A class is never empty, so a `]` or `-` that stands first is malformed, as in Go. */
function parseClass(glob: string, at: number, escapes: boolean): { class: CharacterClass; end: number } | undefined {
  const negated = glob.charAt(at) === '^';
  if (negated) at++;
  const ranges: Array<readonly [number, number]> = [];
  while (glob.charAt(at) !== ']' || ranges.length === 0) {
    const low = parseClassEnd(glob, at, escapes);
    if (!low) return undefined;
    let high = low;
    if (glob.charAt(low.end) === '-') {
      const end = parseClassEnd(glob, low.end + 1, escapes);
      if (!end) return undefined;
      high = end;
    }
    ranges.push([low.rune, high.rune]);
    at = high.end;
  }
  return { class: { kind: 'class', negated, ranges }, end: at + 1 };
}

function parseClassEnd(glob: string, at: number, escapes: boolean): { rune: number; end: number } | undefined {
  const unit = glob.charAt(at);
  if (unit === '' || unit === '-' || unit === ']') return undefined;
  if (unit === '\\' && escapes) at++;
  if (at >= glob.length) return undefined;
  const width = runeWidth(glob, at);
  const end = at + width;
  // Something must follow: at least the closing bracket.
  return end < glob.length ? { rune: runeAt(glob, at, width), end } : undefined;
}

/** The forms that most patterns have: `*.tmp`, `cache*`. */
function simpleMatcher(chunks: readonly Chunk[]): ComponentMatcher | undefined {
  const [first, second] = chunks;
  const firstText = first && literalOf(first);
  if (!first || firstText === undefined) return undefined;
  if (!second) return first.afterStar ? (name) => name.endsWith(firstText) : (name) => name === firstText;
  const closingStar = chunks.length === 2 && second.afterStar && second.tokens.length === 0;
  if (!closingStar) return undefined;
  return first.afterStar ? (name) => name.includes(firstText) : (name) => name.startsWith(firstText);
}

function literalOf(chunk: Chunk): string | undefined {
  const [token] = chunk.tokens;
  if (!token) return '';
  return chunk.tokens.length === 1 && token.kind === 'literal' ? token.text : undefined;
}

/** Every chunk at its leftmost place, except that the last one must reach the end: no backtracking is ever needed. */
function matchChunks(chunks: readonly Chunk[], name: string): boolean {
  let at = 0;
  for (let index = 0; index < chunks.length; index++) {
    const chunk = chunks[index];
    if (!chunk) return false;
    const isLast = index === chunks.length - 1;
    if (isLast && chunk.afterStar && chunk.tokens.length === 0) return true;
    const lastStart = chunk.afterStar ? name.length : at;
    let end = -1;
    for (let start = at; start <= lastStart; start++) {
      end = matchTokens(chunk.tokens, name, start);
      if (end >= 0 && (!isLast || end === name.length)) break;
      end = -1;
    }
    if (end < 0) return false;
    at = end;
  }
  return at === name.length;
}

/** Where the match ends, or -1. */
function matchTokens(tokens: readonly Token[], name: string, at: number): number {
  for (const token of tokens) {
    if (token.kind === 'literal') {
      if (!name.startsWith(token.text, at)) return -1;
      at += token.text.length;
      continue;
    }
    if (at >= name.length) return -1;
    const width = runeWidth(name, at);
    if (token.kind === 'class' && !inClass(token, runeAt(name, at, width))) return -1;
    at += width;
  }
  return at;
}

function inClass(token: CharacterClass, rune: number): boolean {
  return token.ranges.some(([low, high]) => low <= rune && rune <= high) !== token.negated;
}

/** Bytes of the UTF-8 character at `at`; 1 for an invalid byte. */
function runeWidth(text: string, at: number): number {
  const lead = text.charCodeAt(at);
  if (lead < 0x80) return 1;
  const width = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || at + width > text.length) return 1;
  // The second byte's range shuts out overlong forms, surrogates and what lies above U+10FFFF.
  const second = text.charCodeAt(at + 1);
  const lowest = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const highest = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  if (second < lowest || second > highest) return 1;
  for (let next = at + 2; next < at + width; next++) {
    if ((text.charCodeAt(next) & 0xc0) !== 0x80) return 1;
  }
  return width;
}

function runeAt(text: string, at: number, width: number): number {
  const lead = text.charCodeAt(at);
  if (width === 1) return lead < 0x80 ? lead : REPLACEMENT_RUNE;
  let rune = lead & (0x7f >> width);
  for (let next = at + 1; next < at + width; next++) rune = (rune << 6) | (text.charCodeAt(next) & 0x3f);
  return rune;
}
