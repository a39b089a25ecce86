import type { RawPath } from '../../../engine/index.ts';

const BYTES = 'bytes:';
const PERCENT_BYTE = /%([0-9A-Fa-f]{2})/g;

/**
 * A path of a snapshot as text that leads back to it. What is UTF-8 stays as it is and begins with a slash; anything else
 * becomes `bytes:` and the path with its bytes percent-encoded, but for letters, digits and `/._-`.
 */
export function pathText(path: RawPath): string {
  if (typeof path === 'string') return path || '/';
  let text = BYTES;
  for (const byte of path) {
    const character = String.fromCharCode(byte);
    text += /[A-Za-z0-9/._-]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return text;
}

export function pathOfText(text: string): RawPath {
  if (!text.startsWith(BYTES)) return text;
  const latin = text
    .slice(BYTES.length)
    .replaceAll(PERCENT_BYTE, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(latin, 'latin1');
}
