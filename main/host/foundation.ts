import { AuditLog } from '../app/audit/audit-log.ts';
import type { Clock } from '../app/clock/ports.ts';
import { EventBus } from '../app/events/event-bus.ts';
import type { DataFolder } from '../infra/data-folder/data-folder.ts';
import type { ServiceLog } from '../infra/log/service-log.ts';
import { FolderLogFiles } from '../infra/log/log-files.ts';
import { Metrics } from '../infra/metrics/metrics.ts';
import { FileSecretStore } from '../infra/secrets/file-secret-store.ts';
import { openCatalog, type OpenCatalog } from '../infra/store/open-catalog.ts';
import type { Settings } from './settings.ts';

/** What every area of the service is built on. */
export interface Foundation {
  readonly folder: DataFolder;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly log: ServiceLog;
  readonly metrics: Metrics;
  readonly events: EventBus;
  readonly catalog: OpenCatalog;
  readonly audit: AuditLog;
  readonly logFiles: FolderLogFiles;
  readonly secrets: FileSecretStore;
  /** The zone of schedules that name none. */
  readonly timeZone: string;
}

export interface FoundationOptions {
  readonly folder: DataFolder;
  readonly settings: Settings;
  readonly log: ServiceLog;
  readonly clock?: Clock | undefined;
  /** Begin with an empty catalog and keep the damaged one aside. */
  readonly newCatalog?: boolean | undefined;
}

const SYSTEM_CLOCK: Clock = { now: () => new Date() };

/** Opens what lies in the data folder. This process must own it. */
export async function layFoundation(options: FoundationOptions): Promise<Foundation> {
  const { folder, settings, log, clock = SYSTEM_CLOCK, newCatalog = false } = options;
  const catalog = await openCatalog({ folder: folder.path, clock, log, startNew: newCatalog });
  return {
    folder,
    settings,
    clock,
    log,
    metrics: new Metrics(),
    events: new EventBus({ startedAt: clock.now() }),
    catalog,
    audit: new AuditLog(clock),
    logFiles: new FolderLogFiles(folder.logs),
    secrets: new FileSecretStore(folder.secrets),
    timeZone: settings.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
  };
}
