import { ALERT_SEVERITIES } from '../../../contracts/alerts.ts';
import type { AlertSeverity } from '../../../contracts/alerts.ts';
import type { AlertRecord, ChannelRecord } from './ports.ts';

export function channelObject(id: number): string {
  return `channel:${id}`;
}

/** Whether a channel is told of an alert. */
export function wantsAlert(channel: ChannelRecord, alert: AlertRecord, what: 'opened' | 'resolved'): boolean {
  if (!channel.isEnabled || !isAtLeast(alert.severity, channel.minSeverity)) return false;
  if (channel.kinds && !channel.kinds.includes(alert.kind)) return false;
  // It could not tell of its own trouble.
  if (alert.object === channelObject(channel.id)) return false;
  // Whoever was not told that something is amiss need not be told that it is gone.
  return what === 'opened' || (channel.notifyResolved && channel.createdAt <= alert.openedAt);
}

export function isAtLeast(severity: AlertSeverity, least: AlertSeverity): boolean {
  return ALERT_SEVERITIES.indexOf(severity) >= ALERT_SEVERITIES.indexOf(least);
}
