import { useSyncExternalStore } from 'react';

/**
 * Where the desktop app is: behind the `#`, since app://guardit has one page only (main/shell/protocol/own-origin.ts). The query
 * stands there as well: `#/tasks/detail?id=prod-01-db`. A location hook for wouter's Router.
 */
export function useDesktopLocation(): [string, (to: string, options?: { readonly replace?: boolean }) => void] {
  return [useSyncExternalStore(subscribe, () => routeOf(location.hash).path), navigate];
}
useDesktopLocation.hrefs = (href: string) => `#${href}`;
useDesktopLocation.searchHook = () => useSyncExternalStore(subscribe, () => routeOf(location.hash).search);

/** What the app itself says, for a tray's menu or a notification, is shorter: `/tasks/prod-01-db`. */
const SHORT_TASK = /^\/tasks\/([^/?]+)$/;
const OWN_PAGES = ['new', 'edit', 'detail'];

export function routeOf(hash: string): { readonly path: string; readonly search: string } {
  const [path = '', search = ''] = hash.replace(/^#?\/?/, '/').split('?', 2);
  const [, id] = SHORT_TASK.exec(path) ?? [];
  return id === undefined || OWN_PAGES.includes(id) ? { path, search } : { path: '/tasks/detail', search: `id=${id}` };
}

function subscribe(listener: () => void): () => void {
  addEventListener('hashchange', listener);
  return () => removeEventListener('hashchange', listener);
}

function navigate(to: string, { replace = false }: { readonly replace?: boolean } = {}): void {
  const oldURL = location.href;
  history[replace ? 'replaceState' : 'pushState'](null, '', `#${to}`);
  // History changes without an event of their own.
  dispatchEvent(new HashChangeEvent('hashchange', { oldURL, newURL: location.href }));
}
