/**
 * What the interface's page may do. Everything comes from the app itself; the component library writes its rules into style
 * elements, previews of files are made from blobs.
 */
export const PAGE_POLICY = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self'",
  "frame-src 'none'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * For what the core answers: data, never pages. The bytes may be those of a file out of a backup, which must not run as a page
 * of the app if somebody opens its address.
 */
export const DATA_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox";

/** On everything. */
export const COMMON_HEADERS = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
} as const;
