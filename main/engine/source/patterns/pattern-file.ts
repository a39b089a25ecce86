import { readFileSync } from 'node:fs';
import { TextDecoder } from 'node:util';
import { fromSystemError } from '../../base/errors.ts';

type Environment = Readonly<Record<string, string | undefined>>;

// Go's unicode.IsSpace; JavaScript's trim() also takes U+FEFF and leaves U+0085.
const SPACE = '[\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';
const SURROUNDING_SPACE = new RegExp(`^${SPACE}+|${SPACE}+$`, 'g');

// ${name}, a one-character special name, a name, or the start of broken syntax.
const VARIABLE = /\$(?:\{([^}]*)\}|([*#$@!?\-0-9])|([A-Za-z_][A-Za-z0-9_]*)|(\{))/g;

/** An exclude or include file's patterns (UTF-8, or UTF-16 with a byte order mark). Throws when it cannot be read. */
export function readPatternFile(path: string, environment: Environment = process.env): string[] {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw fromSystemError(error, 'invalid_argument', `Cannot read the pattern file ${path}`, { path });
  }
  return parsePatternFile(decodeText(bytes), environment);
}

/** One pattern a line. Blank lines and lines that start with `#` count for nothing. */
export function parsePatternFile(text: string, environment: Environment): string[] {
  const patterns: string[] = [];
  for (const line of text.split('\n')) {
    const trimmed = line.replace(SURROUNDING_SPACE, '');
    if (trimmed !== '' && !trimmed.startsWith('#')) patterns.push(expandVariables(trimmed, environment));
  }
  return patterns;
}

/**
 * `$NAME` and `${NAME}` as Go's os.Expand does it: `$$` is a dollar sign, unknown variables are empty, a dollar sign
 * before anything else stays.
 */
export function expandVariables(text: string, environment: Environment): string {
  return text.replace(VARIABLE, (_all, braced?: string, special?: string, plain?: string) => {
    const name = braced ?? special ?? plain;
    if (name === '$') return '$';
    return name ? (environment[name] ?? '') : '';
  });
}

function decodeText(bytes: Buffer): string {
  const encoding =
    bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8';
  // The decoder drops the mark.
  return new TextDecoder(encoding).decode(bytes);
}
