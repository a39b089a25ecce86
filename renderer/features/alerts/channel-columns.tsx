import { Button, makeStyles, tokens } from '@fluentui/react-components';
import { DeleteRegular, EditRegular } from '@fluentui/react-icons';
import type { ChannelView } from '../../../contracts/channels.ts';
import type { Formats } from '../../format/formats.ts';
import type { DataColumn } from '../../ui/data-table/data-table.tsx';
import { StateWord } from '../../ui/state-word.tsx';
import type { channelTexts } from './channel-texts.ts';
import type { alertTexts } from './texts.ts';

const useStyles = makeStyles({ actions: { display: 'flex', gap: tokens.spacingHorizontalXS } });

interface Parts {
  readonly texts: (typeof channelTexts)['en'];
  readonly alertKinds: (typeof alertTexts)['en']['kinds'];
  readonly formats: Formats;
  readonly nowMs: number;
  readonly show: (channel: ChannelView) => void;
  /** Null: this role may not. */
  readonly acts: {
    readonly test: (channel: ChannelView) => void;
    readonly edit: (channel: ChannelView) => void;
    readonly remove: (channel: ChannelView) => void;
  } | null;
}

export function channelColumns(parts: Parts): DataColumn<ChannelView>[] {
  const { texts, alertKinds, formats, nowMs, acts } = parts;
  const { columns } = texts;
  return [
    {
      id: 'name',
      header: columns.name,
      width: 'minmax(150px, 1.5fr)',
      sortBy: ({ name }) => name.toLocaleLowerCase(),
      cell: ({ name }) => <span title={name}>{name}</span>,
    },
    {
      id: 'kind',
      header: columns.kind,
      width: '120px',
      sortBy: ({ kind }) => texts.kinds[kind],
      cell: ({ kind }) => texts.kinds[kind],
    },
    {
      id: 'state',
      header: columns.state,
      width: '160px',
      cell: (channel) => <ChannelState channel={channel} texts={texts} />,
    },
    {
      id: 'from',
      header: columns.from,
      width: 'minmax(190px, 1fr)',
      cell: ({ min_severity: severity, kinds }) =>
        kinds === null ? (
          texts.minSeverities[severity]
        ) : (
          <span title={kinds.map((kind) => alertKinds[kind]).join(', ')}>
            {texts.someKinds(texts.minSeverities[severity], kinds.length)}
          </span>
        ),
    },
    {
      id: 'sent',
      header: columns.sent,
      width: '130px',
      cell: ({ last_sent_at: at }) =>
        at === null ? texts.never : <span title={formats.exactTime(at)}>{formats.relative(at, nowMs)}</span>,
    },
    {
      id: 'actions',
      header: columns.actions,
      width: acts ? '230px' : '120px',
      cell: (channel) => <Actions {...parts} channel={channel} />,
    },
  ];
}

function ChannelState({ channel, texts }: { readonly channel: ChannelView; readonly texts: Parts['texts'] }) {
  const { enabled, problem, last_sent_at: sentAt } = channel;
  if (!enabled) return <StateWord state="inactive" word={texts.states.off} />;
  if (problem !== null) return <StateWord state="failed" word={texts.states.failing} title={problem} />;
  return sentAt === null ? (
    <StateWord state="unknown" word={texts.states.unknown} />
  ) : (
    <StateWord state="ok" word={texts.states.ok} />
  );
}

function Actions({ channel, texts, acts, show }: Parts & { readonly channel: ChannelView }) {
  const styles = useStyles();
  const { name } = channel;
  return (
    <div className={styles.actions}>
      {acts && (
        <Button size="small" aria-label={texts.testOf(name)} onClick={() => acts.test(channel)}>
          {texts.test}
        </Button>
      )}
      <Button size="small" appearance="subtle" aria-label={texts.messagesOf(name)} onClick={() => show(channel)}>
        {texts.messages}
      </Button>
      {acts && (
        <Button
          size="small"
          appearance="subtle"
          icon={<EditRegular />}
          aria-label={texts.editOf(name)}
          title={texts.edit}
          onClick={() => acts.edit(channel)}
        />
      )}
      {acts && (
        <Button
          size="small"
          appearance="subtle"
          icon={<DeleteRegular />}
          aria-label={texts.removeOf(name)}
          title={texts.remove}
          onClick={() => acts.remove(channel)}
        />
      )}
    </div>
  );
}
