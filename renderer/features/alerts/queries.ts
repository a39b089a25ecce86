import { queryOptions } from '@tanstack/react-query';
import { AlertList, AlertView, type AlertKind } from '../../../contracts/alerts.ts';
import { ChannelList, ChannelTestResult, ChannelView, DeliveryList } from '../../../contracts/channels.ts';
import { call, pathPart } from '../../api/client.ts';
import { keys } from '../../api/query-keys.ts';

export const ALERTS_PAGE = 50;
export const DELIVERIES_PAGE = 20;

export interface AlertFilter {
  readonly status: 'open' | 'resolved';
  readonly severity: AlertView['severity'] | null;
  readonly kind: AlertKind | null;
  /** From 1. */
  readonly page: number;
}

export const alertsQuery = ({ status, severity, kind, page }: AlertFilter) =>
  queryOptions({
    queryKey: keys.alertList(status, severity, kind, page),
    queryFn: ({ signal }) => {
      const query = { status, severity, kind, limit: ALERTS_PAGE, offset: (page - 1) * ALERTS_PAGE };
      return call('/api/v1/alerts', { query, reply: AlertList, signal });
    },
  });

export const channelsQuery = queryOptions({
  queryKey: keys.channels,
  queryFn: ({ signal }) => call('/api/v1/channels', { reply: ChannelList, signal }),
});

/** `page` from 1. */
export const deliveriesQuery = (channelId: number, page: number) =>
  queryOptions({
    queryKey: keys.channelPart(channelId, 'deliveries', page),
    queryFn: ({ signal }) => {
      const query = { limit: DELIVERIES_PAGE, offset: (page - 1) * DELIVERIES_PAGE };
      return call(`/api/v1/channels/${channelId}/deliveries`, { query, reply: DeliveryList, signal });
    },
  });

export const alertCalls = {
  acknowledge: (alertId: number, note: string) =>
    call(`/api/v1/alerts/${alertId}/acknowledge`, {
      method: 'POST',
      body: note.trim() === '' ? {} : { note: note.trim() },
      reply: AlertView,
    }),
  dismissAnomaly: (backupId: string) =>
    call(`/api/v1/backup/${pathPart(backupId)}/dismiss-anomaly`, { method: 'POST' }),
  addChannel: (body: unknown) => call('/api/v1/channels', { method: 'POST', body, reply: ChannelView }),
  changeChannel: (id: number, body: unknown) =>
    call(`/api/v1/channels/${id}`, { method: 'PATCH', body, reply: ChannelView }),
  removeChannel: (id: number) => call(`/api/v1/channels/${id}`, { method: 'DELETE' }),
  testChannel: (id: number) => call(`/api/v1/channels/${id}/test`, { method: 'POST', reply: ChannelTestResult }),
};
