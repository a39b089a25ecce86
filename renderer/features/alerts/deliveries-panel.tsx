import { MailInboxRegular } from '@fluentui/react-icons';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { ChannelView, DeliveryView } from '../../../contracts/channels.ts';
import type { Formats } from '../../format/formats.ts';
import { useFormats } from '../../format/use-formats.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { DataTable, type DataColumn } from '../../ui/data-table/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import { Pager } from '../../ui/pager.tsx';
import { Panel } from '../../ui/panel.tsx';
import { StateWord } from '../../ui/state-word.tsx';
import { channelTexts } from './channel-texts.ts';
import { DELIVERIES_PAGE, deliveriesQuery } from './queries.ts';

/** What a channel has told, or could not. */
export function DeliveriesPanel({ channel }: { readonly channel: ChannelView }) {
  const texts = useTexts(channelTexts);
  const formats = useFormats();
  const [page, setPage] = useState(1);
  const { data, error, refetch } = useQuery({
    ...deliveriesQuery(channel.channel_id, page),
    placeholderData: keepPreviousData,
  });
  const columns = useMemo(() => deliveryColumns(texts, formats), [texts, formats]);
  const title = texts.messagesOf(channel.name);
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <LoadingState />;
  return (
    <Panel title={title} flush>
      <DataTable
        label={title}
        items={data.deliveries}
        columns={columns}
        idOf={({ delivery_id: id }) => String(id)}
        empty={<EmptyState icon={<MailInboxRegular />} title={texts.noMessages} />}
      />
      <Pager page={page} pageSize={DELIVERIES_PAGE} total={data.total} onPage={setPage} />
    </Panel>
  );
}

const LOOKS = { pending: 'pending', sent: 'ok', failed: 'failed' } as const;

function deliveryColumns(texts: (typeof channelTexts)['en'], formats: Formats): DataColumn<DeliveryView>[] {
  const { deliveryColumns: columns } = texts;
  return [
    { id: 'at', header: columns.at, width: '190px', cell: ({ created_at: at }) => formats.exactTime(at) },
    {
      id: 'what',
      header: columns.what,
      width: 'minmax(160px, 1fr)',
      cell: ({ what, alert_id: id }) => `${texts.whats[what]} · ${texts.alert(id)}`,
    },
    {
      id: 'state',
      header: columns.state,
      width: '140px',
      cell: ({ state }) => <StateWord state={LOOKS[state]} word={texts.deliveryStates[state]} />,
    },
    {
      id: 'attempts',
      header: columns.attempts,
      width: '100px',
      isNumber: true,
      cell: ({ attempts }) => formats.number(attempts),
    },
    {
      id: 'problem',
      header: columns.problem,
      width: 'minmax(160px, 2fr)',
      cell: ({ problem }) => <span title={problem ?? ''}>{problem}</span>,
    },
  ];
}
