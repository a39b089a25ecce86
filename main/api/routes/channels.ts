import {
  ChannelList,
  ChannelParams,
  ChannelTestResult,
  ChannelView,
  CreateChannel,
  DeliveryList,
  ListDeliveries,
  UpdateChannel,
} from '../../../contracts/channels.ts';
import { channelView, deliveryView } from '../../app/alerts/channel-view.ts';
import type { Channels } from '../../app/alerts/channels.ts';
import type { Deliverer } from '../../app/alerts/deliverer.ts';
import { operation, type Access, type Operation } from '../operation.ts';

export interface ChannelRoutes {
  readonly channels: Channels;
  readonly deliverer: Pick<Deliverer, 'test'>;
}

const ADMINS: Access = { roles: ['admin'] };
const READERS: Access = { roles: ['admin', 'operator', 'viewer'] };
const COMMON = { tag: 'alerts', family: 'manager' } as const;
const MASKED = 'Secrets are masked. They may stand as they are or, better, by reference: `{"$secret": "name"}`.';

/** Where messages about alerts go. */
export function channelOperations(parts: ChannelRoutes): Operation[] {
  return [...reading(parts), ...changing(parts), testing(parts)];
}

function reading({ channels }: ChannelRoutes): Operation[] {
  return [
    operation({
      id: 'listChannels',
      method: 'GET',
      path: '/api/v1/channels',
      summary: 'List the channels',
      description: `With what is wrong with them. ${MASKED}`,
      ...COMMON,
      access: READERS,
      responses: { 200: { description: 'By name.', schema: ChannelList } },
      handle: async () => ({ status: 200, body: { channels: (await channels.list()).map(channelView) } }),
    }),
    operation({
      id: 'getChannel',
      method: 'GET',
      path: '/api/v1/channels/{channelId}',
      summary: 'Show a channel',
      ...COMMON,
      access: READERS,
      params: ChannelParams,
      responses: { 200: { description: 'The channel.', schema: ChannelView } },
      errors: ['not_found'],
      handle: async ({ params }) => ({ status: 200, body: channelView(await channels.find(params.channelId)) }),
    }),
    operation({
      id: 'listDeliveries',
      method: 'GET',
      path: '/api/v1/channels/{channelId}/deliveries',
      summary: "List a channel's messages, newest first",
      ...COMMON,
      access: READERS,
      params: ChannelParams,
      query: ListDeliveries,
      responses: { 200: { description: 'A page of them, and how many there are.', schema: DeliveryList } },
      errors: ['not_found'],
      handle: async ({ params, query }) => {
        const { deliveries, total } = await channels.deliveries(params.channelId, query);
        return { status: 200, body: { deliveries: deliveries.map(deliveryView), total } };
      },
    }),
  ];
}

function changing({ channels }: ChannelRoutes): Operation[] {
  return [
    operation({
      id: 'createChannel',
      method: 'POST',
      path: '/api/v1/channels',
      summary: 'Make a channel',
      description: `It is told of alerts that open from now on. ${MASKED}`,
      ...COMMON,
      access: ADMINS,
      body: CreateChannel,
      responses: { 201: { description: 'The channel.', schema: ChannelView } },
      errors: ['conflict'],
      handle: async ({ caller, body }) => ({ status: 201, body: channelView(await channels.create(caller, body)) }),
    }),
    operation({
      id: 'updateChannel',
      method: 'PATCH',
      path: '/api/v1/channels/{channelId}',
      summary: 'Change a channel',
      description: 'What waits to be sent is tried again at once. Masked values may be sent back: they stay.',
      ...COMMON,
      access: ADMINS,
      params: ChannelParams,
      body: UpdateChannel,
      responses: { 200: { description: 'The channel.', schema: ChannelView } },
      errors: ['not_found', 'conflict'],
      handle: async ({ caller, params, body }) => ({
        status: 200,
        body: channelView(await channels.update(caller, params.channelId, body)),
      }),
    }),
    operation({
      id: 'deleteChannel',
      method: 'DELETE',
      path: '/api/v1/channels/{channelId}',
      summary: 'Remove a channel',
      description: 'With the messages that it has not sent.',
      ...COMMON,
      access: ADMINS,
      params: ChannelParams,
      responses: { 204: { description: 'It is gone.' } },
      errors: ['not_found'],
      handle: async ({ caller, params }) => {
        await channels.remove(caller, params.channelId);
        return { status: 204 };
      },
    }),
  ];
}

function testing({ channels, deliverer }: ChannelRoutes): Operation {
  return operation({
    id: 'testChannel',
    method: 'POST',
    path: '/api/v1/channels/{channelId}/test',
    summary: 'Send a test message',
    description: 'Also through a channel that is switched off. The answer says whether the other side has taken it.',
    ...COMMON,
    access: ADMINS,
    params: ChannelParams,
    responses: { 200: { description: 'Whether it went out, and why not.', schema: ChannelTestResult } },
    errors: ['not_found'],
    handle: async ({ params }) => {
      const problem = await deliverer.test(await channels.find(params.channelId));
      return { status: 200, body: { sent: problem === null, problem } };
    },
  });
}
