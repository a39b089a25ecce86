/** What a browser may do with the bytes of somebody's file: nothing but save or show them. */
export const FOREIGN_CONTENT_HEADERS: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'private, no-cache',
};

const UNSAFE = /[^A-Za-z0-9!#$&+.^_`|~-]/gu;

/**
 * A Content-Disposition for any name (RFC 6266): ASCII for old programs, all of it in UTF-8 for others (RFC 8187). Folders,
 * control characters and what no UTF-8 can say never get into it.
 */
export function contentDisposition(type: 'attachment' | 'inline', name: string): string {
  const plain = name.toWellFormed().replaceAll(/[\p{Cc}/\\]/gu, '_') || 'file';
  const ascii = plain.replaceAll(/[^\x20-\x7e]|["%]/gu, '_');
  const encoded = plain.replaceAll(UNSAFE, (character) =>
    [...Buffer.from(character)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  );
  return `${type}; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
