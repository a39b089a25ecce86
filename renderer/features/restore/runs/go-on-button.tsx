import { Button } from '@fluentui/react-components';
import { ArrowClockwiseRegular } from '@fluentui/react-icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import type { RestoreView } from '../../../../contracts/restores.ts';
import { keys } from '../../../api/query-keys.ts';
import { links } from '../../../app/links.ts';
import { useMay } from '../../../app/session/session-context.ts';
import { useTexts } from '../../../i18n/use-texts.ts';
import { useNotices } from '../../../ui/notices.tsx';
import { goOnRestoring } from '../queries.ts';
import { runTexts } from './texts.ts';

/** What is right already stays: only the rest is restored. */
export function GoOnButton({ restore }: { readonly restore: RestoreView }) {
  const texts = useTexts(runTexts);
  const client = useQueryClient();
  const notices = useNotices();
  const [, navigate] = useLocation();
  const mayRestore = useMay('admin', 'operator');
  const goOn = useMutation({
    mutationFn: () => goOnRestoring(restore.restore_id),
    onSuccess: async (restoreId) => {
      await client.invalidateQueries({ queryKey: keys.restores });
      navigate(links.restored(restoreId));
    },
    onError: (error) => notices.failed(texts.goOnFailed, error),
  });
  if (!mayRestore || (restore.status !== 'cancelled' && restore.status !== 'failed')) return null;
  return (
    <Button
      appearance="primary"
      icon={<ArrowClockwiseRegular />}
      disabled={goOn.isPending}
      onClick={() => goOn.mutate()}
    >
      {texts.goOn}
    </Button>
  );
}
