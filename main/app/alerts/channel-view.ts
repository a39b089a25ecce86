import type { ChannelView, DeliveryView } from '../../../contracts/channels.ts';
import { toInstant } from '../../../contracts/common/instant.ts';
import { shownConfig } from './channel-config.ts';
import type { ChannelRecord, DeliveryRecord } from './ports.ts';

/** A channel as the API shows it: without its secrets. */
export function channelView(channel: ChannelRecord): ChannelView {
  return {
    channel_id: channel.id,
    name: channel.name,
    kind: channel.kind,
    config: shownConfig(channel.kind, channel.config),
    enabled: channel.isEnabled,
    min_severity: channel.minSeverity,
    kinds: channel.kinds && [...channel.kinds],
    notify_resolved: channel.notifyResolved,
    last_sent_at: instantOf(channel.lastSentAt),
    problem: channel.problem,
    failing_since: instantOf(channel.failingSince),
    created_at: toInstant(channel.createdAt.getTime()),
    updated_at: toInstant(channel.updatedAt.getTime()),
  };
}

export function deliveryView(delivery: DeliveryRecord): DeliveryView {
  return {
    delivery_id: delivery.id,
    channel_id: delivery.channel,
    alert_id: delivery.alert,
    what: delivery.what,
    state: delivery.state,
    attempts: delivery.attempts,
    problem: delivery.problem,
    created_at: toInstant(delivery.createdAt.getTime()),
    next_attempt_at: instantOf(delivery.nextAttemptAt),
    sent_at: instantOf(delivery.sentAt),
  };
}

function instantOf(date: Date | null): string | null {
  return date && toInstant(date.getTime());
}
