/**
 * What the interface's page may do, as narrow as the service's own for browsers (main/api/web/page-policy.ts). Everything comes from the
 * app itself; styles are made at run time, in elements that carry the nonce of the page's answer.
 */
export function pagePolicy(nonce: string): string {
  return [
    "default-src 'self'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: blob:",
    "connect-src 'self'",
    "worker-src 'self'",
    "frame-src 'none'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/**
 * For what the core answers: data, never pages. The bytes may be those of a file out of a backup, which must not run as a page
 * of the app if somebody opens its address.
 */
export const DATA_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox";

/** For the page's scripts, styles and pictures: a thread that begins with one of them may load more of them. */
export const FILE_POLICY = "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

/** On everything. */
export const COMMON_HEADERS = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
} as const;
