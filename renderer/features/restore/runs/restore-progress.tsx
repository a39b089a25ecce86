import { Button, mergeClasses, makeStyles } from '@fluentui/react-components';
import { DismissRegular } from '@fluentui/react-icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { RestoreView } from '../../../../contracts/restores.ts';
import { keys } from '../../../api/query-keys.ts';
import { useIsStale } from '../../../app/live/live-context.ts';
import { useMay } from '../../../app/session/session-context.ts';
import type { Formats } from '../../../format/formats.ts';
import { speedText } from '../../../format/bytes.ts';
import { useFormats } from '../../../format/use-formats.ts';
import { useTexts } from '../../../i18n/use-texts.ts';
import { useNotices } from '../../../ui/notices.tsx';
import { ProgressRow } from '../../../ui/progress-row.tsx';
import { cancelRestore } from '../queries.ts';
import { runTexts } from './texts.ts';

const useStyles = makeStyles({ stale: { opacity: 0.6 } });

/** How far a restore is, how fast, and when it will be done. */
export function RestoreProgress({ restore, name }: { readonly restore: RestoreView; readonly name: ReactNode }) {
  const styles = useStyles();
  const texts = useTexts(runTexts);
  const formats = useFormats();
  const isStale = useIsStale();
  return (
    <div className={mergeClasses(isStale && styles.stale)}>
      <ProgressRow
        name={name}
        label={texts.progress}
        percent={restore.progress}
        facts={factsOf(restore, texts, formats)}
        message={restore.phase === 'verify_before' ? texts.verifying : restore.current_path}
        actions={<CancelButton restoreId={restore.restore_id} />}
      />
    </div>
  );
}

function factsOf(restore: RestoreView, texts: (typeof runTexts)['en'], formats: Formats): readonly string[] {
  const { files_restored: done, total_files: all, bytes_per_second: speed, eta_seconds: left } = restore;
  const isRestoring = restore.phase !== 'verify_before' && restore.phase !== null;
  return [
    ...(isRestoring
      ? [all === null ? texts.filesOnly(formats.number(done)) : texts.files(formats.number(done), formats.number(all))]
      : []),
    ...(speed !== null && speed > 0 ? [speedText(speed, formats.locale)] : []),
    ...(left !== null ? [texts.left(formats.duration(left))] : []),
  ];
}

function CancelButton({ restoreId }: { readonly restoreId: string }) {
  const texts = useTexts(runTexts);
  const client = useQueryClient();
  const notices = useNotices();
  const mayCancel = useMay('admin', 'operator');
  const cancel = useMutation({
    mutationFn: () => cancelRestore(restoreId),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.restores }),
    onError: (error) => notices.failed(texts.cancelFailed, error),
  });
  if (!mayCancel) return null;
  return (
    <Button
      size="small"
      icon={<DismissRegular />}
      disabled={cancel.isPending || cancel.isSuccess}
      onClick={() => cancel.mutate()}
    >
      {texts.cancel}
    </Button>
  );
}
