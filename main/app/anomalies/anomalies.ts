import type { Caller } from '../access/caller.ts';
import type { AlertSource } from '../alerts/alert-watch.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { BackupRecord } from '../backup/ports.ts';
import type { Catalog, Stores } from '../catalog/ports.ts';
import type { Clock } from '../clock/ports.ts';
import { AppError } from '../errors/app-error.ts';
import type { EventBus } from '../events/event-bus.ts';
import { changeShares, detectAnomaly, type ChangeShares } from './detect-anomaly.ts';
import type { AnomalyRecord } from './ports.ts';

export interface AnomaliesDeps {
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly events: Pick<EventBus, 'publish'>;
  readonly audit: Pick<AuditLog, 'record'>;
}

/** How many backups say what is usual. */
const HISTORY = 30;

/**
 * Looks at each new backup for what is far from usual. The last one that was as usual is pinned then: while nobody has looked,
 * retention must not replace good backups by bad ones. It does not end by itself: encrypted files change no more.
 */
export class Anomalies {
  readonly #deps: AnomaliesDeps;

  constructor(deps: AnomaliesDeps) {
    this.#deps = deps;
  }

  /** Of a backup that has just been completed. Null: it is as usual, or there is nothing to compare it with. */
  async lookAt(backup: BackupRecord): Promise<AnomalyRecord | null> {
    const { catalog, clock, events } = this.#deps;
    const now = clock.now();
    const found = await catalog.write(async (stores) => {
      const earlier = (await stores.backups.completed(backup.targetId)).filter(({ id }) => id !== backup.id);
      const shares = sharesOf([backup, ...earlier]);
      const [current, ...history] = shares;
      const anomaly = current && detectAnomaly(current, history.flatMap((each) => each ?? []).reverse());
      return anomaly ? this.#keep(stores, backup, earlier, anomaly.message, now) : null;
    });
    if (found) events.publish('backup.anomaly', now, { backup_id: found.backupId, message: found.message });
    return found;
  }

  /** Somebody has looked: all is well. The pin that it set goes. */
  async dismiss(caller: Caller, backupId: string): Promise<AnomalyRecord> {
    const { catalog, clock, events, audit } = this.#deps;
    const now = clock.now();
    const dismissed = await catalog.write(async (stores) => {
      const anomaly = await stores.anomalies.find(backupId);
      if (!anomaly) throw new AppError('not_found', `Nothing unusual is known of the backup ${backupId}.`);
      if (anomaly.dismissedAt) return anomaly;
      const record = { ...anomaly, dismissedAt: now, dismissedBy: caller.name };
      await stores.anomalies.update(record);
      await unpin(stores, anomaly);
      await audit.record(stores, { caller, action: 'anomaly.dismissed', object: `backup:${backupId}`, at: now });
      return record;
    });
    events.publish('backup.anomaly_dismissed', now, { backup_id: backupId });
    return dismissed;
  }

  async #keep(
    stores: Stores,
    backup: BackupRecord,
    earlier: readonly BackupRecord[],
    message: string,
    now: Date,
  ): Promise<AnomalyRecord> {
    const unusual = await stores.anomalies.among(earlier.map(({ id }) => id));
    const clean = earlier.find(({ id, verifyState }) => !unusual.has(id) && verifyState !== 'damaged') ?? null;
    const anomaly: AnomalyRecord = {
      ...{ backupId: backup.id, targetId: backup.targetId, foundAt: now, message },
      ...{ cleanBackupId: clean?.id ?? null, dismissedAt: null, dismissedBy: null },
    };
    await stores.anomalies.insert(anomaly);
    if (clean && clean.pinnedReason === null) {
      await stores.backups.update({ ...clean, pinnedReason: pinReason(anomaly) });
    }
    return anomaly;
  }
}

/** Newest first, as they come. Only a backup that had something to compare with says what changed. */
function sharesOf(backups: readonly BackupRecord[]): (ChangeShares | null)[] {
  const byId = new Map(backups.map((backup) => [backup.id, backup]));
  return backups.slice(0, HISTORY + 1).map(({ facts, parentId }) => {
    const before = parentId === null ? null : byId.get(parentId)?.facts;
    return facts && before ? changeShares(facts, before) : null;
  });
}

function pinReason({ backupId, message }: AnomalyRecord): string {
  return `the last one before ${backupId}, where ${message}`.slice(0, 500);
}

async function unpin(stores: Stores, anomaly: AnomalyRecord): Promise<void> {
  const clean = anomaly.cleanBackupId === null ? null : await stores.backups.find(anomaly.cleanBackupId);
  // Not one that somebody pinned for a reason of their own.
  if (clean?.pinnedReason === pinReason(anomaly)) await stores.backups.update({ ...clean, pinnedReason: null });
}

/** Backups that are far from usual, until somebody has looked. */
export const ANOMALY_CONCERNS: AlertSource = {
  name: 'anomalies',
  kinds: ['anomaly'],
  concerns: async (stores) => {
    const open = await stores.anomalies.open();
    // The newest of each target speaks for the others.
    const newest = new Map([...open].reverse().map((anomaly) => [anomaly.targetId, anomaly]));
    return [...newest.values()].map(({ targetId, backupId, message, cleanBackupId }) => ({
      kind: 'anomaly',
      severity: 'critical',
      object: `target:${targetId}`,
      message:
        `The backup ${backupId} is unusual: ${message}. ` +
        (cleanBackupId === null ? 'There is no earlier one.' : `The last usual one, ${cleanBackupId}, is kept.`) +
        ' Look at what happened; if all is well, dismiss it.',
      details: { backup_id: backupId, clean_backup_id: cleanBackupId },
    }));
  },
};
