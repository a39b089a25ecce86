import { pathPart, queryText } from '../../api/client.ts';

/** Where the browser itself loads a file, or a folder in a wrapping. The login goes along as with every request. */
export function downloadPath(backupId: string, path: string, format?: 'zip' | 'tar'): string {
  return `/api/v1/backup/${pathPart(backupId)}/download${queryText({ path, ...(format && { format }) })}`;
}
