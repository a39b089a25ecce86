/** A text as one word of a POSIX shell. */
export function shellWord(text: string): string {
  return /^[\w./:@%+=-]+$/.test(text) && !text.startsWith('-') ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A text as one word of PowerShell. Its typographic quotes end a string as well. */
export function powershellWord(text: string): string {
  return /^[\w./:-]+$/.test(text) && !text.startsWith('-') ? text : `'${text.replaceAll(/['‘’‚‛]/g, '$&$&')}'`;
}
