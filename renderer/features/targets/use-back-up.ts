import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { BackupType } from '../../../contracts/backups.ts';
import { backupActions } from '../../api/backup-actions.ts';
import { keys } from '../../api/query-keys.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { useNotices } from '../../ui/notices.tsx';
import { targetTexts } from './texts.ts';

/** Starts backups and says so. */
export function useBackUp() {
  const texts = useTexts(targetTexts);
  const notices = useNotices();
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, type = 'incremental' }: { id: string; name: string; type?: BackupType }) =>
      backupActions.start(id, type),
    onSuccess: async (_backup, { name }) => {
      notices.done(texts.started(name));
      await Promise.all([keys.targets, keys.backups].map((queryKey) => client.invalidateQueries({ queryKey })));
    },
    onError: (error) => notices.failed(texts.backUpNow, error),
  });
}
