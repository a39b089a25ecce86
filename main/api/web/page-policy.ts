/**
 * What the pages may do. Scripts come from this server's files only. Styles are made at run time by the component library, in
 * elements that carry the nonce of the answer; `style` attributes are set through the DOM, which needs no leave.
 */
export function pagePolicy(nonce: string): string {
  return [
    `default-src 'self'`,
    `script-src 'self'`,
    `style-src 'self' 'nonce-${nonce}'`,
    `img-src 'self' data: blob:`,
    `object-src 'none'`,
    `base-uri 'none'`,
    `form-action 'self'`,
    `frame-ancestors 'none'`,
  ].join('; ');
}
