import { queryOptions } from '@tanstack/react-query';
import { BackupList } from '../../contracts/backups.ts';
import { call, type Query } from './client.ts';
import { keys } from './query-keys.ts';

/** A target's backups, newest first. */
const backupList = (targetId: string, query: Query) =>
  queryOptions({
    queryKey: keys.backupList(targetId, query),
    queryFn: ({ signal }) =>
      call('/api/v1/backup/list', { query: { target_id: targetId, ...query }, reply: BackupList, signal }),
    // Until the next page is there, but never those of another target.
    placeholderData: (before, query) => (query?.queryKey[2] === targetId ? before : undefined),
  });

export const BACKUPS_PAGE = 50;
/** More than the API gives at once are no backups that anybody chooses from one by one. */
const MOST_BACKUPS = 1000;

/** `page` from 1. */
export const backupPageQuery = (targetId: string, page: number) =>
  backupList(targetId, { limit: BACKUPS_PAGE, offset: (page - 1) * BACKUPS_PAGE });

export const backupsWithinQuery = (targetId: string, span: { readonly from: string; readonly to: string }) =>
  backupList(targetId, { from: span.from, to: span.to, limit: MOST_BACKUPS });

export const restorableBackupsQuery = (targetId: string) =>
  backupList(targetId, { status: 'completed', limit: MOST_BACKUPS });
