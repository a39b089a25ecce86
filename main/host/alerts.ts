import { hostname } from 'node:os';
import type { Operation } from '../api/operation.ts';
import { alertOperations } from '../api/routes/alerts.ts';
import { channelOperations } from '../api/routes/channels.ts';
import { AlertWatch, type AlertSource } from '../app/alerts/alert-watch.ts';
import { Alerts } from '../app/alerts/alerts.ts';
import { CHANNEL_CONCERNS } from '../app/alerts/channel-concerns.ts';
import { Channels } from '../app/alerts/channels.ts';
import { Deliverer } from '../app/alerts/deliverer.ts';
import { ChannelMessenger } from '../infra/notify/channel-messenger.ts';
import type { Foundation } from './foundation.ts';
import type { Chore } from './housekeeping.ts';

export interface AlertArea {
  readonly operations: readonly Operation[];
  readonly chores: readonly Chore[];
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** After these something may be amiss that was not, or no longer. */
const TELLING = /^(?:run\.(?:started|finished|queued)|task\.|backup\.|repository\.|verification\.|target\.|storage\.)/;

/** What is amiss, who is told of it, and how. `sources`: those of other areas. */
export function buildAlerts(foundation: Foundation, sources: readonly AlertSource[]): AlertArea {
  const { catalog, clock, events, audit, log, metrics, secrets, settings } = foundation;
  const watch = new AlertWatch({ catalog, events, sources: [...sources, CHANNEL_CONCERNS], log });
  const alerts = new Alerts({ catalog, clock, events, audit });
  const channels = new Channels({ catalog, clock, audit });
  const messenger = new ChannelMessenger(settings.http.privateAddresses);
  const onChannelTurn = () => watch.changed();
  const deliverer = new Deliverer({ catalog, clock, messenger, secrets, hostName: hostname(), log, onChannelTurn });
  events.subscribe(({ type }) => {
    if (TELLING.test(type)) watch.changed();
  });
  const opened = metrics.counter('alerts_opened_total', 'Alerts that were opened', ['kind', 'severity']);
  events.subscribe(({ type, data }) => {
    if (type === 'alert.opened') opened.inc({ kind: String(data['kind']), severity: String(data['severity']) });
  });
  return {
    operations: [...alertOperations(alerts), ...channelOperations({ channels, deliverer })],
    chores: [
      { name: 'alert-changes', everyMs: SECOND_MS, work: () => watch.checkIfChanged(clock.now()) },
      { name: 'alert-watch', everyMs: MINUTE_MS, work: () => watch.check(clock.now()) },
      { name: 'deliveries', everyMs: SECOND_MS, work: (signal) => deliverer.deliverDue(signal) },
      {
        name: 'old-alerts',
        everyMs: HOUR_MS,
        firstAfterMs: 9 * MINUTE_MS,
        work: async (signal) => {
          const before = new Date(clock.now().getTime() - settings.history.keepDays * DAY_MS);
          const count = await alerts.removeOld(before, signal);
          if (count > 0) log.info({ count }, 'Old alerts are forgotten.');
        },
      },
    ],
  };
}
