export const APP_SCHEME = 'app';
export const APP_HOST = 'guardit';
export const APP_ORIGIN = `${APP_SCHEME}://${APP_HOST}`;

/** Where the interface's page is, at a route of it. */
export function pageUrl(route = '/'): string {
  return `${APP_ORIGIN}/#${route}`;
}

/** Whether an address is the interface's one page, at whatever route. */
export function isOwnPage(text: string): boolean {
  const url = URL.parse(text);
  if (!url || url.protocol !== `${APP_SCHEME}:` || url.host !== APP_HOST) return false;
  return url.pathname === '/' || url.pathname === '/index.html';
}
