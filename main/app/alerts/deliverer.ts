import type { Catalog } from '../catalog/ports.ts';
import type { Clock } from '../clock/ports.ts';
import type { SecretStore } from '../secrets/ports.ts';
import { messageAbout, testMessage } from './alert-message.ts';
import { SendFailure, type ChannelRecord, type DeliveryRecord, type Messenger } from './ports.ts';

export interface DelivererDeps {
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly messenger: Messenger;
  readonly secrets: SecretStore;
  readonly hostName: string;
  readonly log: { warn(details: object, message: string): void };
  /** A channel works no more, or works again. */
  readonly onChannelTurn: () => void;
}

const AT_ONCE = 50;
const FIRST_WAIT_MS = 15_000;
const LONGEST_WAIT_MS = 3_600_000;
/** Then nobody would want to read it any more; the channel's own alert has been told through the others. */
const GIVE_UP_AFTER_MS = 24 * 3_600_000;

/**
 * Sends what is stored to be sent. A crash between the sending and its record repeats a message, with the same id; none is lost.
 * A channel that fails is marked, which is an alert of its own, and its messages wait, longer and longer.
 */
export class Deliverer {
  readonly #deps: DelivererDeps;

  constructor(deps: DelivererDeps) {
    this.#deps = deps;
  }

  /** Everything that is due, channel by channel. Resolves when all of it was tried. */
  async deliverDue(signal: AbortSignal): Promise<void> {
    const { catalog, clock } = this.#deps;
    const due = await catalog.read(({ deliveries }) => deliveries.due(clock.now(), AT_ONCE));
    const byChannel = Map.groupBy(due, ({ channel }) => channel);
    // Side by side: a server that does not answer must not hold up the others.
    await Promise.all([...byChannel.values()].map((deliveries) => this.#deliverInOrder(deliveries, signal)));
  }

  /** Whether a message gets through right now; why not, in words. */
  async test(channel: ChannelRecord): Promise<string | null> {
    const { clock, hostName } = this.#deps;
    const now = clock.now();
    const problem = await this.#send(channel, testMessage(channel, now, hostName));
    await this.#noteChannel(channel.id, problem, clock.now());
    return problem;
  }

  async #deliverInOrder(deliveries: readonly DeliveryRecord[], signal: AbortSignal): Promise<void> {
    for (const delivery of deliveries) {
      if (signal.aborted) return;
      if (!(await this.#deliver(delivery))) return;
    }
  }

  /** False: the channel does not work; what else there is for it is tried later. */
  async #deliver(delivery: DeliveryRecord): Promise<boolean> {
    const { catalog, clock, hostName } = this.#deps;
    const { channel, alert } = await catalog.read(async (stores) => ({
      channel: await stores.channels.find(delivery.channel),
      alert: await stores.alerts.find(delivery.alert),
    }));
    // Deleted meanwhile, and the delivery with it.
    if (!channel || !alert) return true;
    const problem = channel.isEnabled
      ? await this.#send(channel, messageAbout(alert, delivery.what, hostName))
      : 'The channel is switched off.';
    const now = clock.now();
    await catalog.write((stores) => stores.deliveries.update(afterAttempt(delivery, problem, now, channel.isEnabled)));
    if (channel.isEnabled) await this.#noteChannel(channel.id, problem, now);
    return problem === null;
  }

  async #send(channel: ChannelRecord, message: Parameters<Messenger['send']>[1]): Promise<string | null> {
    const { messenger, secrets, log } = this.#deps;
    try {
      await messenger.send(channel, message, secrets);
      return null;
    } catch (error) {
      if (error instanceof SendFailure) return error.message.slice(0, 1000);
      log.warn({ err: error, channel: channel.name }, 'A message could not be sent, for a reason that nobody foresaw.');
      return 'The message could not be sent; the reason stands in the log of the service.';
    }
  }

  async #noteChannel(id: number, problem: string | null, now: Date): Promise<void> {
    const hasTurned = await this.#deps.catalog.write(async ({ channels }) => {
      const channel = await channels.find(id);
      if (!channel) return false;
      const failingSince = problem === null ? null : (channel.failingSince ?? now);
      const lastSentAt = problem === null ? now : channel.lastSentAt;
      await channels.update({ ...channel, problem, failingSince, lastSentAt });
      return (failingSince === null) !== (channel.failingSince === null);
    });
    if (hasTurned) this.#deps.onChannelTurn();
  }
}

/** How a delivery stands after it was tried. */
export function afterAttempt(
  delivery: DeliveryRecord,
  problem: string | null,
  now: Date,
  isEnabled = true,
): DeliveryRecord {
  const attempts = delivery.attempts + 1;
  if (problem === null) return { ...delivery, attempts, problem, state: 'sent', nextAttemptAt: null, sentAt: now };
  const isTooOld = now.getTime() - delivery.createdAt.getTime() > GIVE_UP_AFTER_MS;
  if (isTooOld || !isEnabled) return { ...delivery, attempts, problem, state: 'failed', nextAttemptAt: null };
  const waitMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(20, attempts - 1));
  return { ...delivery, attempts, problem, nextAttemptAt: new Date(now.getTime() + waitMs) };
}
