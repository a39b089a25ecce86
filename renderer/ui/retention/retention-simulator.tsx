import { makeStyles, MessageBar, MessageBarBody, MessageBarTitle, tokens } from '@fluentui/react-components';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useDeferredValue } from 'react';
import type { RemovalPlanView } from '../../../contracts/cleanup.ts';
import type { RetentionPolicy } from '../../../contracts/retention.ts';
import { targetActions } from '../../api/backup-actions.ts';
import { keys } from '../../api/query-keys.ts';
import { useFormats } from '../../format/use-formats.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { retentionTexts } from './texts.ts';

const SHOWN = 8;

const useStyles = makeStyles({
  list: { margin: '4px 0 0', paddingLeft: tokens.spacingHorizontalL, fontSize: '13px', lineHeight: '20px' },
});

/** What rules would remove and free right now, before they are saved. Changes nothing. */
export function RetentionSimulator(props: { readonly targetId: string; readonly policy: RetentionPolicy | null }) {
  const texts = useTexts(retentionTexts);
  const policy = useDeferredValue(props.policy);
  const { data, error, isFetching } = useQuery({
    queryKey: [...keys.target(props.targetId), 'simulated', JSON.stringify(policy)],
    queryFn: ({ signal }) => (policy === null ? null : targetActions.simulate(props.targetId, policy, signal)),
    placeholderData: keepPreviousData,
    retry: false,
  });
  if (policy === null) return null;
  return (
    <MessageBar intent={data && data.remove.length > 0 ? 'warning' : 'info'} layout="multiline">
      <MessageBarBody>
        <MessageBarTitle>{texts.simulate}</MessageBarTitle>
        {error?.message ?? (data ? <Plan plan={data} /> : isFetching && texts.counting)}
      </MessageBarBody>
    </MessageBar>
  );
}

function Plan({ plan }: { readonly plan: RemovalPlanView }) {
  const styles = useStyles();
  const texts = useTexts(retentionTexts);
  const formats = useFormats();
  const { keep, remove, freed_bytes: freed } = plan;
  const facts = [
    texts.keeps(keep.length),
    remove.length === 0 ? texts.removesNone : texts.removes(remove.length),
    ...(freed === null || remove.length === 0 ? [] : [texts.frees(formats.bytes(freed))]),
  ];
  return (
    <>
      {facts.join(', ')}.
      {remove.length > 0 && (
        <ul className={styles.list} aria-label={texts.gone}>
          {remove.slice(0, SHOWN).map(({ backup_id: id, created_at: at, total_bytes: bytes }) => (
            <li key={id}>
              {formats.dateTime(at)}
              {bytes !== null && ` · ${formats.bytes(bytes)}`}
            </li>
          ))}
          {remove.length > SHOWN && <li>{texts.more(remove.length - SHOWN)}</li>}
        </ul>
      )}
    </>
  );
}
