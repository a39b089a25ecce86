const MARKS = /\p{M}+/gu;

/** How names are compared: without case and accents, compatibility forms made equal. The same in the index and in a query. */
export function folded(text: string): string {
  return text.normalize('NFKD').replaceAll(MARKS, '').toLowerCase();
}

/** All runs of three characters: what the index is asked for. Fewer than three characters have none. */
export function trigramsOf(word: string): string[] {
  const characters = [...word];
  const found = new Set<string>();
  for (let at = 0; at + 3 <= characters.length; at++) found.add(characters.slice(at, at + 3).join(''));
  return [...found];
}
