import { queryOptions, useQueries, useQuery, type QueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useState } from 'react';
import type { z } from 'zod';
import { FilesPage, type BrowsedEntryView } from '../../../../contracts/browse.ts';
import { call, pathPart } from '../../../api/client.ts';
import { keys } from '../../../api/query-keys.ts';

export type Entry = z.infer<typeof BrowsedEntryView>;

export interface Folder {
  readonly backupId: string;
  /** As the API gives it. */
  readonly path: string;
}

/** Large enough for few requests, small enough to be read and checked within a frame. */
const PAGE_SIZE = 200;
/** Rows outside of the view whose page is read in advance. */
const AHEAD_ROWS = 60;
/** Who drags the scroll bar passes hundreds of pages: only where it rests for a moment is read. */
const REST_MS = 60;
/** Pages that are out of view are let go: a million entries need not fit into memory. */
const KEPT_MS = 60_000;

const pageQuery = ({ backupId, path }: Folder, page: number) =>
  queryOptions({
    queryKey: keys.snapshot('files', backupId, path, page),
    queryFn: ({ signal }) =>
      call(`/api/v1/backup/${pathPart(backupId)}/files`, {
        query: { path, limit: PAGE_SIZE, ...(page > 0 && { cursor: page * PAGE_SIZE }) },
        reply: FilesPage,
        signal,
      }),
    // A snapshot never changes.
    staleTime: Infinity,
    gcTime: KEPT_MS,
  });

/** Ways down to the first folder where there is something to choose are not for people to walk. */
const MOST_STEPS = 30;

/** Where a look into a backup begins: below all folders that hold nothing but another one. */
export const landingQuery = (client: QueryClient, backupId: string) =>
  queryOptions({
    queryKey: keys.snapshot('landing', backupId),
    queryFn: async () => {
      let path = '/';
      for (let step = 0; step < MOST_STEPS; step++) {
        const { entries, total } = await client.ensureQueryData(pageQuery({ backupId, path }, 0));
        const [only] = entries;
        if (total !== 1 || only?.type !== 'dir') break;
        path = only.path;
      }
      return path;
    },
    staleTime: Infinity,
  });

/** A folder's first page, which says how many entries there are. */
export function useFolder(folder: Folder) {
  return useQuery(pageQuery(folder, 0));
}

/** The entries at these rows: pages in sight are read, nothing else. Undefined where a page is not there yet. */
export function useEntries(folder: Folder, firstRow: number, lastRow: number, total: number) {
  const pages = useRested(pagesOf(firstRow, lastRow, total));
  const results = useQueries({ queries: pages.map((page) => pageQuery(folder, page)) });
  const entryAt = (row: number): Entry | undefined => {
    const at = pages.indexOf(Math.floor(row / PAGE_SIZE));
    return results[at]?.data?.entries[row % PAGE_SIZE];
  };
  const failed = results.find(({ isError }) => isError);
  const retry = useCallback(() => failed?.refetch(), [failed]);
  return { entryAt, error: failed?.error ?? null, retry };
}

export function pagesOf(firstRow: number, lastRow: number, total: number): readonly number[] {
  const first = Math.floor(Math.max(0, firstRow - AHEAD_ROWS) / PAGE_SIZE);
  const last = Math.floor(Math.min(Math.max(0, total - 1), lastRow + AHEAD_ROWS) / PAGE_SIZE);
  return Array.from({ length: Math.max(1, last - first + 1) }, (_page, index) => first + index);
}

function useRested(pages: readonly number[]): readonly number[] {
  const [rested, setRested] = useState(pages);
  const name = pages.join();
  useEffect(() => {
    const timer = setTimeout(() => setRested(name.split(',').map(Number)), REST_MS);
    return () => clearTimeout(timer);
  }, [name]);
  return rested;
}
