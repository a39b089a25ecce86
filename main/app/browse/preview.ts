import { isUtf8 } from 'node:buffer';

export type PreviewKind = 'text' | 'image' | 'pdf';

export interface PreviewType {
  readonly kind: PreviewKind;
  /** Never one that a browser would run: no HTML, no SVG. */
  readonly contentType: string;
}

/** What is looked at to know what it is. */
export const SNIFFED_BYTES = 64 * 1024;
/** Longest UTF-8 character. */
const LONGEST_CHARACTER = 4;

const SIGNATURES: readonly { readonly at: number; readonly bytes: string; readonly contentType: string }[] = [
  { at: 0, bytes: '\x89PNG\r\n\x1a\n', contentType: 'image/png' },
  { at: 0, bytes: '\xff\xd8\xff', contentType: 'image/jpeg' },
  { at: 0, bytes: 'GIF87a', contentType: 'image/gif' },
  { at: 0, bytes: 'GIF89a', contentType: 'image/gif' },
  { at: 8, bytes: 'WEBP', contentType: 'image/webp' },
  { at: 4, bytes: 'ftypavif', contentType: 'image/avif' },
  { at: 0, bytes: 'BM', contentType: 'image/bmp' },
];

const [PDF, TEXT] = ['application/pdf', 'text/plain; charset=utf-8'];

/** All that `previewType` may say. */
export const PREVIEW_CONTENT_TYPES: readonly string[] = [
  ...new Set([TEXT, PDF, ...SIGNATURES.map(({ contentType }) => contentType)]),
];

/** What the beginning of a file says that it is; by its bytes, since names lie. Null for what can't be shown. */
export function previewType(head: Buffer): PreviewType | null {
  const text = head.toString('latin1');
  if (text.startsWith('%PDF-')) return { kind: 'pdf', contentType: PDF };
  if (isText(head)) return { kind: 'text', contentType: TEXT };
  const found = SIGNATURES.find(({ at, bytes }) => text.startsWith(bytes, at));
  return found ? { kind: 'image', contentType: found.contentType } : null;
}

/** UTF-8 without NUL; the last character may be cut. */
function isText(head: Buffer): boolean {
  if (head.includes(0)) return false;
  for (let cut = 0; cut < LONGEST_CHARACTER; cut++) {
    if (isUtf8(head.subarray(0, Math.max(0, head.length - cut)))) return true;
  }
  return false;
}
