import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import { BackupDiff, FileVersions, SearchResult, type DIFF_CHANGES } from '../../../contracts/browse.ts';
import { RestoreList, RestoreView } from '../../../contracts/restores.ts';
import { RunView } from '../../../contracts/runs.ts';
import { call, pathPart } from '../../api/client.ts';
import { keys } from '../../api/query-keys.ts';

export type VersionsOfFile = z.infer<typeof FileVersions>;
export type SearchHit = z.infer<typeof SearchResult>['hits'][number];
export type DiffChange = (typeof DIFF_CHANGES)[number];

/** The index reads backups in the background and tells nobody when it is done. */
const INDEXING_MS = 1_000;
const whileIndexing = ({ state }: { readonly state: { readonly data?: { readonly index: { complete: boolean } } } }) =>
  state.data && !state.data.index.complete ? INDEXING_MS : false;

export const searchQuery = (targetId: string, text: string) =>
  queryOptions({
    queryKey: [...keys.targets, 'search', targetId, text],
    queryFn: ({ signal }) =>
      call(`/api/v1/targets/${pathPart(targetId)}/search`, {
        query: { q: text, limit: 200 },
        reply: SearchResult,
        signal,
      }),
    enabled: text.trim() !== '',
    placeholderData: keepPreviousData,
    refetchInterval: whileIndexing,
  });

export const versionsQuery = (targetId: string, path: string) =>
  queryOptions({
    queryKey: [...keys.targets, 'versions', targetId, path],
    queryFn: ({ signal }) =>
      call(`/api/v1/targets/${pathPart(targetId)}/versions`, { query: { path }, reply: FileVersions, signal }),
    refetchInterval: whileIndexing,
  });

export const DIFF_PAGE = 200;

/** `page` from 1. */
export const diffQuery = (from: string, to: string, change: DiffChange | null, page: number) =>
  queryOptions({
    queryKey: keys.snapshot('diff', from, to, change, page),
    queryFn: ({ signal }) =>
      call('/api/v1/backup/diff', {
        query: { from, to, change, limit: DIFF_PAGE, offset: (page - 1) * DIFF_PAGE },
        reply: BackupDiff,
        signal,
      }),
    staleTime: Infinity,
    placeholderData: keepPreviousData,
  });

/** Of one target, or of all. */
export const restoresQuery = (targetId: string | null) =>
  queryOptions({
    queryKey: [...keys.restores, 'of', targetId],
    queryFn: ({ signal }) =>
      call('/api/v1/restore/list', { query: { target_id: targetId, limit: 50 }, reply: RestoreList, signal }),
  });

export const restoreQuery = (restoreId: string) =>
  queryOptions({
    queryKey: [...keys.restores, 'one', restoreId],
    queryFn: ({ signal }) => call(`/api/v1/restore/${pathPart(restoreId)}`, { reply: RestoreView, signal }),
  });

/** What was cancelled, or broke off, goes on where it was, as a restore of its own. */
export async function goOnRestoring(restoreId: string): Promise<string> {
  const { id } = await call(`/api/runs/${pathPart(restoreId)}/restart`, { method: 'POST', reply: RunView });
  return id;
}

export function cancelRestore(restoreId: string) {
  return call(`/api/v1/restore/${pathPart(restoreId)}/cancel`, { method: 'POST', reply: RestoreView });
}
