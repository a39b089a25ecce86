/** How the API writes a path that is no UTF-8: `bytes:/caf%E9`. */
const BYTES = 'bytes:';

export interface PathPart {
  /** For people. */
  readonly name: string;
  /** For the API: down to this part. */
  readonly path: string;
  /** In restic's patterns: just this name. */
  readonly pattern: string;
}

/** The folders of a path from the top down, the last one included. None of `/`. */
export function partsOf(path: string): readonly PathPart[] {
  const isBytes = path.startsWith(BYTES);
  const start = isBytes ? BYTES : '';
  const names = path
    .slice(start.length)
    .split('/')
    .filter((name) => name !== '');
  return names.map((name, at) => ({
    name: isBytes ? new TextDecoder().decode(bytesOf(name)) : name,
    path: `${start}/${names.slice(0, at + 1).join('/')}`,
    pattern: isBytes ? patternOfBytes(bytesOf(name)) : escaped(name),
  }));
}

/** The folder that something lies in; null for the top. */
export function parentOf(path: string): string | null {
  const parts = partsOf(path);
  return parts.length === 0 ? null : (parts.at(-2)?.path ?? '/');
}

export function nameOf(path: string): string {
  return partsOf(path).at(-1)?.name ?? '/';
}

export function isText(path: string): boolean {
  return !path.startsWith(BYTES);
}

/** A class of one character is that character, on every system; a backslash would be a separator on Windows. */
function escaped(name: string): string {
  return name.replaceAll(/[*?[]/g, '[$&]').replaceAll('\\', '\\\\');
}

function bytesOf(name: string): Uint8Array {
  const latin = name.replaceAll(/%([0-9A-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Uint8Array.from(latin, (character) => character.charCodeAt(0));
}

/** No JSON can say a byte that is no UTF-8: `?` stands for each. The plan shows what else that may mean. */
function patternOfBytes(bytes: Uint8Array): string {
  const text = new TextDecoder().decode(bytes);
  return escaped(text).replaceAll('\uFFFD', '?');
}
