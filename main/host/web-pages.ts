import { fileURLToPath } from 'node:url';
import type { DispatcherParts } from '../api/dispatcher.ts';
import { WebInterface } from '../api/web/web-interface.ts';

/** The user interface as `npm run build` made it. In the bundle this module lies in dist/, beside it. */
export function webPages(): NonNullable<DispatcherParts['pages']> {
  const fromSource = import.meta.url.endsWith('.ts');
  const folder = fileURLToPath(new URL(fromSource ? '../../dist/renderer' : './renderer', import.meta.url));
  const web = new WebInterface(folder);
  return (request, path) => web.find(request, path);
}
