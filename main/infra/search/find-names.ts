import type { Database } from 'better-sqlite3';
import { folded, trigramsOf } from './folded.ts';

export interface FoundName {
  readonly id: number;
  readonly folded: string;
}

/** Names that are looked at for one answer: more would take longer than a keystroke. */
const MOST_NAMES = 5_000;
/** Of those that begin with what is asked for, which are wanted first. */
const MOST_PREFIXED = 500;
const LAST_CHARACTER = '\u{10ffff}';

/** Names that contain all the words, best first. `isCut`: there may be more. */
export function findNames(db: Database, words: readonly string[]): { names: FoundName[]; isCut: boolean } {
  const wanted = words.map(folded).filter((word) => word !== '');
  if (wanted.length === 0) return { names: [], isCut: false };
  const found = new Map<number, FoundName>();
  const fits = (name: FoundName) => wanted.every((word) => name.folded.includes(word));
  // Whatever else there is too much of, these are in it.
  for (const name of prefixed(db, wanted[0] ?? '')) if (fits(name)) found.set(name.id, name);
  let isCut = false;
  for (const name of candidates(db, wanted)) {
    if (found.size >= MOST_NAMES) {
      isCut = true;
      break;
    }
    if (fits(name)) found.set(name.id, name);
  }
  const whole = wanted.join(' ');
  const ranked = [...found.values()].map((name) => ({ name, rank: rankOf(name.folded, wanted, whole) }));
  ranked.sort((a, b) => a.rank - b.rank || a.name.folded.length - b.name.folded.length || a.name.id - b.name.id);
  return { names: ranked.map(({ name }) => name), isCut };
}

function prefixed(db: Database, word: string): FoundName[] {
  const select = db.prepare<[string, string, number], FoundName>(
    'SELECT id, folded FROM names WHERE folded >= ? AND folded < ? ORDER BY folded LIMIT ?',
  );
  return select.all(word, word + LAST_CHARACTER, MOST_PREFIXED);
}

/** By three characters at a time where a word has so many; short words alone are looked for in every name. */
function candidates(db: Database, words: readonly string[]): Iterable<FoundName> {
  const parts = words.flatMap(trigramsOf);
  if (parts.length > 0) {
    const query = parts.map((part) => `"${part.replaceAll('"', '""')}"`).join(' AND ');
    return db
      .prepare<[string], FoundName>(
        `SELECT names.id, names.folded FROM name_parts JOIN names ON names.id = name_parts.rowid
         WHERE name_parts MATCH ?`,
      )
      .iterate(query);
  }
  return db.prepare<[string], FoundName>('SELECT id, folded FROM names WHERE instr(folded, ?)').iterate(words[0] ?? '');
}

const BOUNDARY = /[^\p{L}\p{N}]/u;

/** Smaller is better: the name itself, its stem, its beginning, the beginning of a word in it, anything else. */
function rankOf(name: string, words: readonly string[], whole: string): number {
  if (name === whole) return 0;
  if (name.startsWith(`${whole}.`)) return 1;
  if (name.startsWith(whole)) return 2;
  const first = words[0] ?? '';
  const at = name.indexOf(first);
  if (at === 0) return 3;
  return BOUNDARY.test(name.charAt(at - 1)) ? 4 : 5;
}
