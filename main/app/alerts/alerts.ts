import { ALERT_SEVERITIES, type ListAlerts } from '../../../contracts/alerts.ts';
import type { Caller } from '../access/caller.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { Catalog } from '../catalog/ports.ts';
import { pruneInSlices } from '../catalog/prune-in-slices.ts';
import type { Clock } from '../clock/ports.ts';
import { AppError } from '../errors/app-error.ts';
import type { EventBus } from '../events/event-bus.ts';
import { announceAlerts } from './alert-book.ts';
import { isAtLeast } from './channel-rules.ts';
import type { AlertFilter, AlertRecord } from './ports.ts';

export interface AlertsDeps {
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly events: Pick<EventBus, 'publish'>;
  readonly audit: Pick<AuditLog, 'record'>;
}

/** Alerts as people see them: to be read and acknowledged. They are opened and resolved by how things are, not by hand. */
export class Alerts {
  readonly #deps: AlertsDeps;

  constructor(deps: AlertsDeps) {
    this.#deps = deps;
  }

  async list(query: ListAlerts): Promise<{ readonly alerts: readonly AlertRecord[]; readonly total: number }> {
    const { status, kind, severity, object, limit, offset } = query;
    const filter: AlertFilter = {
      status,
      object,
      kinds: kind && [kind],
      severities: severity && ALERT_SEVERITIES.filter((each) => isAtLeast(each, severity)),
    };
    return this.#deps.catalog.read(async ({ alerts }) => ({
      alerts: await alerts.list(filter, { limit, offset }),
      total: await alerts.count(filter),
    }));
  }

  /** Throws `not_found`. */
  async find(id: number): Promise<AlertRecord> {
    const alert = await this.#deps.catalog.read(({ alerts }) => alerts.find(id));
    if (!alert) throw notFound(id);
    return alert;
  }

  /** Somebody has seen it. It stays open until its cause is gone. A second time changes nothing. */
  async acknowledge(caller: Caller, id: number, note: string | undefined): Promise<AlertRecord> {
    const { catalog, clock, events, audit } = this.#deps;
    const now = clock.now();
    const { alert, isNew } = await catalog.write(async (stores) => {
      const found = await stores.alerts.find(id);
      if (!found) throw notFound(id);
      if (found.acknowledgedAt) return { alert: found, isNew: false };
      const who = { acknowledgedAt: now, acknowledgedBy: caller.name, acknowledgedNote: note ?? null };
      const acknowledged = { ...found, ...who };
      await stores.alerts.update(acknowledged);
      await audit.record(stores, {
        ...{ caller, action: 'alert.acknowledged', object: `alert:${id}`, at: now },
        details: { about: found.object, kind: found.kind, ...(note === undefined ? {} : { note }) },
      });
      return { alert: acknowledged, isNew: true };
    });
    if (isNew) announceAlerts(events, [{ what: 'acknowledged', alert }], now);
    return alert;
  }

  /** Resolved ones are forgotten after a time. */
  async removeOld(before: Date, signal: AbortSignal): Promise<number> {
    return pruneInSlices(this.#deps.catalog, {
      slice: ({ alerts }, limit) => alerts.removeResolved(before, limit),
      signal,
    });
  }
}

function notFound(id: number): AppError {
  return new AppError('not_found', `There is no alert ${id}.`);
}
