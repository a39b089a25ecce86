import type { AlertSource } from './alert-watch.ts';
import { channelObject } from './channel-rules.ts';

/** A channel that fails is itself amiss: a silence must not look like peace. */
export const CHANNEL_CONCERNS: AlertSource = {
  name: 'channels',
  kinds: ['channel_failing'],
  concerns: async ({ channels }) =>
    (await channels.list()).flatMap((channel) =>
      channel.isEnabled && channel.failingSince
        ? [
            {
              kind: 'channel_failing',
              severity: 'warning',
              object: channelObject(channel.id),
              message: `Messages to ${channel.name} can't be sent: ${channel.problem ?? 'nobody knows why'}`,
            },
          ]
        : [],
    ),
};
