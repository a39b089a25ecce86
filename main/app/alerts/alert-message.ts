import type { AlertMessage, AlertRecord, ChannelRecord } from './ports.ts';

/** What a channel says of an alert. The same alert gives the same id each time. */
export function messageAbout(alert: AlertRecord, what: 'opened' | 'resolved', hostName: string): AlertMessage {
  const { message, severity, object } = alert;
  const head = what === 'resolved' ? 'RESOLVED' : severity.toUpperCase();
  return {
    id: `alert-${alert.id}-${what}@${hostName}`,
    what,
    kind: alert.kind,
    severity,
    object,
    title: oneLine(`[GuardIT] ${head}: ${message}`),
    text: textOf(alert, what, hostName),
    openedAt: alert.openedAt.toISOString(),
    resolvedAt: alert.resolvedAt?.toISOString() ?? null,
    alertId: alert.id,
    hostName,
  };
}

export function testMessage(channel: ChannelRecord, now: Date, hostName: string): AlertMessage {
  return {
    id: `test-${channel.id}-${now.getTime()}@${hostName}`,
    what: 'test',
    kind: 'test',
    severity: 'info',
    object: `channel:${channel.id}`,
    title: `[GuardIT] Test of the channel ${oneLine(channel.name)}`,
    text: `This is a test of the channel "${channel.name}" on ${hostName}. Alerts will look like this.`,
    openedAt: now.toISOString(),
    resolvedAt: null,
    alertId: null,
    hostName,
  };
}

function textOf(alert: AlertRecord, what: 'opened' | 'resolved', hostName: string): string {
  const { message, openedAt, resolvedAt, object } = alert;
  const lines = [
    what === 'resolved' ? `What was amiss is gone: ${message}` : message,
    '',
    `About: ${object}`,
    `Machine: ${hostName}`,
    `Since: ${openedAt.toISOString()}`,
    ...(resolvedAt ? [`Until: ${resolvedAt.toISOString()}`] : []),
  ];
  return lines.join('\n');
}

/** A line break in a subject would begin another header. */
function oneLine(text: string): string {
  const line = text.replaceAll(/\p{Cc}+/gu, ' ').trim();
  return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}
