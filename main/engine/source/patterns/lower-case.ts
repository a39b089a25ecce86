const ASCII = /^[\0-\x7f]*$/;

/**
 * Go's strings.ToLower: each code point alone. JavaScript looks at the neighbours (a final sigma) and lets one
 * letter become two (U+0130).
 */
export function goLowerCase(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  let lower = '';
  for (const character of text) {
    const mapped = character.toLowerCase();
    lower += mapped.length > character.length ? String.fromCodePoint(mapped.codePointAt(0) ?? 0) : mapped;
  }
  return lower;
}
