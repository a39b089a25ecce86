import { LONGEST_QUERY } from '../../../contracts/browse.ts';
import { pathPart, queryText } from '../../api/client.ts';

type Wrapping = 'zip' | 'tar';

/** Where the browser itself loads a file, or a folder in a wrapping. The login goes along as with every request. */
export function downloadPath(backupId: string, path: string, format?: Wrapping): string {
  return pathOf(backupId, queryText({ path, format }));
}

/** Some entries of a folder in one wrapping. Null where their names together are too long for an address. */
export function downloadPathOf(
  backupId: string,
  folder: string,
  entries: readonly string[],
  format: Wrapping,
): string | null {
  const query = queryText({ path: folder, entry: entries, format });
  return query.length > LONGEST_QUERY ? null : pathOf(backupId, query);
}

function pathOf(backupId: string, query: string): string {
  return `/api/v1/backup/${pathPart(backupId)}/download${query}`;
}
