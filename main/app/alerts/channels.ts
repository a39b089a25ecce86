import type { z } from 'zod';
import {
  CHANNEL_CONFIG_SCHEMAS,
  type ChannelKind,
  type CreateChannel,
  type UpdateChannel,
} from '../../../contracts/channels.ts';
import type { Caller } from '../access/caller.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { Catalog, Stores } from '../catalog/ports.ts';
import type { Clock } from '../clock/ports.ts';
import { AppError } from '../errors/app-error.ts';
import { invalid } from '../tasks/task-fields.ts';
import { restoreMaskedConfig } from './channel-config.ts';
import type { ChannelRecord, DeliveryRecord } from './ports.ts';

export interface ChannelsDeps {
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly audit: Pick<AuditLog, 'record'>;
}

/** Where messages go, as admins set it up. Whoever names a secret here says where it is sent. */
export class Channels {
  readonly #deps: ChannelsDeps;

  constructor(deps: ChannelsDeps) {
    this.#deps = deps;
  }

  list(): Promise<readonly ChannelRecord[]> {
    return this.#deps.catalog.read(({ channels }) => channels.list());
  }

  /** Throws `not_found`. */
  find(id: string): Promise<ChannelRecord> {
    return this.#deps.catalog.read((stores) => requireChannel(stores, id));
  }

  async create(caller: Caller, input: CreateChannel): Promise<ChannelRecord> {
    const now = this.#deps.clock.now();
    const config = checkedConfig(input.kind, input.config);
    return this.#deps.catalog.write(async (stores) => {
      const channel = await stores.channels.insert({
        name: input.name,
        kind: input.kind,
        config,
        isEnabled: input.enabled,
        minSeverity: input.min_severity,
        kinds: input.kinds,
        notifyResolved: input.notify_resolved,
        ...{ lastSentAt: null, problem: null, failingSince: null, createdAt: now, updatedAt: now },
      });
      if (!channel) throw nameTaken(input.name);
      await this.#record(stores, caller, 'created', channel);
      return channel;
    });
  }

  /** What waited for a channel that did not work is tried again at once. */
  async update(caller: Caller, id: string, input: UpdateChannel): Promise<ChannelRecord> {
    const now = this.#deps.clock.now();
    return this.#deps.catalog.write(async (stores) => {
      const found = await requireChannel(stores, id);
      const named = input.name === undefined ? null : await stores.channels.findByName(input.name);
      if (named && named.id !== found.id) throw nameTaken(named.name);
      const config =
        input.config === undefined
          ? found.config
          : checkedConfig(found.kind, restoreMaskedConfig(found.kind, input.config, found.config));
      const channel: ChannelRecord = {
        ...found,
        name: input.name ?? found.name,
        config,
        isEnabled: input.enabled ?? found.isEnabled,
        minSeverity: input.min_severity ?? found.minSeverity,
        kinds: input.kinds === undefined ? found.kinds : input.kinds,
        notifyResolved: input.notify_resolved ?? found.notifyResolved,
        updatedAt: now,
      };
      await stores.channels.update(channel);
      await retryAtOnce(stores, channel, now);
      await this.#record(stores, caller, 'updated', channel, Object.keys(input));
      return channel;
    });
  }

  /** With the messages that it has not sent. */
  async remove(caller: Caller, id: string): Promise<void> {
    await this.#deps.catalog.write(async (stores) => {
      const channel = await requireChannel(stores, id);
      await stores.channels.delete(channel.id);
      await this.#record(stores, caller, 'deleted', channel);
    });
  }

  async deliveries(
    id: string,
    { state, limit, offset }: { state?: DeliveryRecord['state'] | undefined; limit: number; offset: number },
  ): Promise<{ readonly deliveries: readonly DeliveryRecord[]; readonly total: number }> {
    return this.#deps.catalog.read(async (stores) => {
      const { id: channel } = await requireChannel(stores, id);
      const filter = { channel, state };
      return {
        deliveries: await stores.deliveries.list(filter, { limit, offset }),
        total: await stores.deliveries.count(filter),
      };
    });
  }

  #record(stores: Stores, caller: Caller, what: string, channel: ChannelRecord, fields?: string[]): Promise<void> {
    const details = { name: channel.name, kind: channel.kind, ...(fields && { fields }) };
    return this.#deps.audit.record(stores, {
      ...{ caller, action: `channel.${what}`, object: `channel:${channel.id}`, details },
    });
  }
}

async function requireChannel({ channels }: Pick<Stores, 'channels'>, id: string): Promise<ChannelRecord> {
  const channel = /^[1-9]\d{0,14}$/.test(id) ? await channels.find(Number(id)) : null;
  if (!channel) throw new AppError('not_found', `There is no channel ${id}.`);
  return channel;
}

async function retryAtOnce({ deliveries }: Stores, { id }: ChannelRecord, now: Date): Promise<void> {
  const page = { limit: 1000, offset: 0 };
  for (const delivery of await deliveries.list({ channel: id, state: 'pending' }, page)) {
    await deliveries.update({ ...delivery, nextAttemptAt: now });
  }
}

function nameTaken(name: string): AppError {
  return new AppError('conflict', `There is a channel "${name}" already.`, { field: 'name', code: 'taken' });
}

function checkedConfig(
  kind: ChannelKind,
  config: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const schema: z.ZodType = CHANNEL_CONFIG_SCHEMAS[kind];
  const result = schema.safeParse(config);
  if (result.success) return config;
  const [issue] = result.error.issues;
  if (issue?.code === 'unrecognized_keys') {
    throw invalid(['config', ...issue.keys.slice(0, 1)].join('.'), 'unknown_field', 'there is no such field');
  }
  const field = ['config', ...(issue?.path ?? [])].map(String).join('.');
  throw invalid(field, issue?.code ?? 'invalid', issue?.message ?? 'is invalid');
}
