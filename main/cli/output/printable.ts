// C0 and C1 control characters, the marks that reorder text, and lone surrogates.
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]|\p{Cs}/u;
const UNPRINTABLE_BUT_LINES =
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]|\p{Cs}/gu;

/**
 * A text from a disk or a repository, safe to show: a file name may hold escape sequences that would command the terminal.
 * Such texts are quoted as JSON strings; all others are left as they are. With `lines`, line breaks may stay.
 */
export function printable(text: string, lines = false): string {
  if (lines) return text.replace(UNPRINTABLE_BUT_LINES, escapeCharacter);
  if (!UNPRINTABLE.test(text)) return text;
  return `"${text.replace(/["\\]/g, '\\$&').replace(new RegExp(UNPRINTABLE.source, 'gu'), escapeCharacter)}"`;
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function escapeCharacter(character: string): string {
  return SHORT_ESCAPES[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
