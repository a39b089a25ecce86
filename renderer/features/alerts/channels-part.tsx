import {
  Button,
  makeStyles,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  Text,
  tokens,
} from '@fluentui/react-components';
import { AddRegular, MegaphoneRegular } from '@fluentui/react-icons';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState, type ReactNode } from 'react';
import type { ChannelView } from '../../../contracts/channels.ts';
import { keys } from '../../api/query-keys.ts';
import { useMay } from '../../app/session/session-context.ts';
import { useFormats } from '../../format/use-formats.ts';
import { useNow } from '../../format/use-now.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { ConfirmDialog, type Confirmation } from '../../ui/confirm-dialog.tsx';
import { DataTable } from '../../ui/data-table/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import { Panel } from '../../ui/panel.tsx';
import { channelColumns } from './channel-columns.tsx';
import { ChannelDialog } from './channel-dialog.tsx';
import { channelTexts } from './channel-texts.ts';
import { DeliveriesPanel } from './deliveries-panel.tsx';
import { alertCalls, channelsQuery } from './queries.ts';
import { alertTexts } from './texts.ts';

const useStyles = makeStyles({
  hint: {
    display: 'block',
    padding: `0 ${tokens.spacingHorizontalL} ${tokens.spacingVerticalM}`,
    color: tokens.colorNeutralForeground2,
  },
  bar: { marginBottom: tokens.spacingVerticalM },
});

/** Who is told of alerts. */
export function ChannelsPart() {
  const texts = useTexts(channelTexts);
  const isAdmin = useMay('admin');
  const { data, error, refetch } = useQuery(channelsQuery);
  const [edited, setEdited] = useState<ChannelView | 'new' | null>(null);
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <LoadingState />;
  const button = isAdmin && (
    <Button appearance="primary" icon={<AddRegular />} onClick={() => setEdited('new')}>
      {texts.add}
    </Button>
  );
  return (
    <>
      {data.channels.length === 0 ? (
        <EmptyState icon={<MegaphoneRegular />} title={texts.none} hint={texts.noneHint}>
          {button}
        </EmptyState>
      ) : (
        <List channels={data.channels} button={button} onEdit={setEdited} />
      )}
      {edited !== null && <ChannelDialog channel={edited === 'new' ? null : edited} onClose={() => setEdited(null)} />}
    </>
  );
}

function List(props: {
  readonly channels: readonly ChannelView[];
  readonly button: ReactNode;
  readonly onEdit: (channel: ChannelView) => void;
}) {
  const { channels, button, onEdit } = props;
  const styles = useStyles();
  const texts = useTexts(channelTexts);
  const formats = useFormats();
  const nowMs = useNow();
  const isAdmin = useMay('admin');
  const client = useQueryClient();
  const [shownId, setShownId] = useState<number | null>(null);
  const [confirmation, setConfirmation] = useState<Confirmation | null>(null);
  const test = useMutation({
    mutationFn: ({ channel_id: id }: ChannelView) => alertCalls.testChannel(id),
    onSettled: () => client.invalidateQueries({ queryKey: keys.channels }),
  });
  const { mutate } = test;
  const { kinds: alertKinds } = useTexts(alertTexts);
  const columns = useMemo(() => {
    const remove = ({ channel_id: id, name }: ChannelView) =>
      setConfirmation({
        title: texts.removeTitle(name),
        content: texts.removeLoses,
        action: texts.removeAction,
        act: async () => {
          await alertCalls.removeChannel(id);
          await client.invalidateQueries({ queryKey: keys.channels });
        },
      });
    const show = ({ channel_id: id }: ChannelView) => setShownId(id);
    return channelColumns({
      ...{ texts, alertKinds, formats, nowMs, show },
      acts: isAdmin ? { test: mutate, edit: onEdit, remove } : null,
    });
  }, [texts, alertKinds, formats, nowMs, isAdmin, mutate, onEdit, client]);
  const shown = channels.find(({ channel_id: id }) => id === shownId);
  return (
    <>
      <Failing channels={channels} />
      <Panel title={texts.title} aside={button} flush>
        <Text className={styles.hint}>{texts.hint}</Text>
        <DataTable
          label={texts.title}
          items={channels}
          columns={columns}
          idOf={({ channel_id: id }) => String(id)}
          nameOf={({ name }) => name}
        />
      </Panel>
      <TestAnswer
        name={test.variables?.name ?? ''}
        isPending={test.isPending}
        answer={test.data ?? null}
        error={test.error}
      />
      {shown && <DeliveriesPanel key={shown.channel_id} channel={shown} />}
      {confirmation && <ConfirmDialog confirmation={confirmation} onClose={() => setConfirmation(null)} />}
    </>
  );
}

/** A channel that does not get through can't say so itself. */
function Failing({ channels }: { readonly channels: readonly ChannelView[] }) {
  const styles = useStyles();
  const texts = useTexts(channelTexts);
  const formats = useFormats();
  return channels
    .filter(({ enabled, failing_since: since }) => enabled && since !== null)
    .map(({ channel_id: id, name, failing_since: since, problem }) => (
      <MessageBar key={id} intent="error" layout="multiline" className={styles.bar}>
        <MessageBarBody>
          <MessageBarTitle>
            {name}: {texts.failingSince(formats.dateTime(since ?? 0))}
          </MessageBarTitle>
          {problem}
        </MessageBarBody>
      </MessageBar>
    ));
}

function TestAnswer(props: {
  readonly name: string;
  readonly isPending: boolean;
  readonly answer: { readonly sent: boolean; readonly problem: string | null } | null;
  readonly error: Error | null;
}) {
  const { name, isPending, answer, error } = props;
  const styles = useStyles();
  const texts = useTexts(channelTexts);
  const problem = error?.message ?? answer?.problem ?? null;
  return (
    <div role="status" aria-live="polite">
      {isPending && texts.sending}
      {!isPending && answer?.sent && (
        <MessageBar intent="success" layout="multiline" className={styles.bar}>
          <MessageBarBody>{texts.sent(name)}</MessageBarBody>
        </MessageBar>
      )}
      {!isPending && problem !== null && (
        <MessageBar intent="error" layout="multiline" className={styles.bar}>
          <MessageBarBody>
            <MessageBarTitle>{texts.notSent(name)}</MessageBarTitle>
            {problem}
          </MessageBarBody>
        </MessageBar>
      )}
    </div>
  );
}
