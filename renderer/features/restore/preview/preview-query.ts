import { queryOptions } from '@tanstack/react-query';
import { pathPart, queryText, send } from '../../../api/client.ts';
import { keys } from '../../../api/query-keys.ts';

/** What the service says that a file is; it looks at the bytes, and never says HTML. */
export type Preview =
  | { readonly kind: 'text'; readonly text: string; readonly isCut: boolean }
  | { readonly kind: 'image' | 'pdf'; readonly blob: Blob };

export const previewQuery = (backupId: string, path: string) =>
  queryOptions({
    queryKey: keys.snapshot('preview', backupId, path),
    queryFn: ({ signal }) => readPreview(backupId, path, signal),
    staleTime: Infinity,
    // Up to 20 MiB: not kept when it is closed.
    gcTime: 0,
  });

async function readPreview(backupId: string, path: string, signal: AbortSignal): Promise<Preview> {
  const response = await send(`/api/v1/backup/${pathPart(backupId)}/preview${queryText({ path })}`, { signal });
  const type = response.headers.get('content-type') ?? '';
  if (type.startsWith('text/plain')) {
    return { kind: 'text', text: await response.text(), isCut: response.headers.get('x-truncated') === 'true' };
  }
  const blob = await response.blob();
  return { kind: type === 'application/pdf' ? 'pdf' : 'image', blob };
}
