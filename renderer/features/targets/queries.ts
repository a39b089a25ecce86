import { queryOptions } from '@tanstack/react-query';
import { BackupList } from '../../../contracts/backups.ts';
import { call } from '../../api/client.ts';
import { keys } from '../../api/query-keys.ts';

export const BACKUPS_PAGE = 50;

/** `page` from 1. */
export const backupsQuery = (targetId: string, page: number) =>
  queryOptions({
    queryKey: keys.backupList(targetId, page),
    queryFn: ({ signal }) => {
      const query = { target_id: targetId, limit: BACKUPS_PAGE, offset: (page - 1) * BACKUPS_PAGE };
      return call('/api/v1/backup/list', { query, reply: BackupList, signal });
    },
  });
