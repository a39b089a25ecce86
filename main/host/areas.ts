import type { DispatcherParts } from '../api/dispatcher.ts';
import type { Operation } from '../api/operation.ts';
import { overviewOperations } from '../api/routes/overview.ts';
import { referenceOperations } from '../api/routes/reference.ts';
import { scheduleOperations } from '../api/routes/schedules.ts';
import { secretOperations } from '../api/routes/secrets.ts';
import { taskOperations } from '../api/routes/tasks.ts';
import type { AfterBackup } from '../app/backup/ports.ts';
import { REPOSITORY_CONCERNS } from '../app/alerts/repository-alerts.ts';
import { taskConcerns } from '../app/alerts/task-concerns.ts';
import { VERIFICATION_CONCERNS } from '../app/alerts/verification-alerts.ts';
import { ANOMALY_CONCERNS } from '../app/anomalies/anomalies.ts';
import { catalogCopyCheck, schedulerCheck } from '../app/health/health-checks.ts';
import { Secrets } from '../app/secrets/secrets.ts';
import { STORAGE_CONCERNS } from '../app/storage/storage-concerns.ts';
import type { TaskDeps } from '../app/tasks/task-deps.ts';
import { openAccess, type OpenAccess } from './access.ts';
import { buildAgents } from './agents.ts';
import { buildAlerts } from './alerts.ts';
import { buildBackups, buildBackupWork } from './backups.ts';
import type { Foundation } from './foundation.ts';
import { choresOf, Housekeeping } from './housekeeping.ts';
import { buildMonitoring } from './monitoring.ts';
import { openProtection } from './protection.ts';
import { buildProtectionStatus } from './protection-status.ts';
import { buildRetention } from './retention.ts';
import { buildRestores } from './restores.ts';
import { buildRuns } from './runs.ts';
import { buildSystem } from './system.ts';
import { TAGS } from './tags.ts';

/** Where the service listens, once it does. */
export interface Address {
  readonly port: () => number;
  readonly url: () => string;
}

/** Everything that the service does, ready to be started. */
export interface Areas {
  readonly operations: readonly Operation[];
  readonly gates: Pick<DispatcherParts, 'guard' | 'authenticate' | 'limitRate'>;
  readonly observe: DispatcherParts['observe'];
  readonly setup: OpenAccess['setup'];
  /** Begins what happens by itself: schedules, watches, housekeeping. */
  start(): Promise<void>;
  /** Ends it; what runs is finished or cancelled as configured. */
  stop(): Promise<void>;
}

export interface AreaOptions {
  /** For tests: how long a key rotation waits before it removes the old key. */
  readonly rotationGraceMs?: number | undefined;
}

export async function buildAreas(
  foundation: Foundation,
  address: Address,
  version: string,
  options: AreaOptions = {},
): Promise<Areas> {
  const { catalog, clock, events, audit, folder, settings, timeZone } = foundation;
  const access = await openAccess({
    tokensFolder: folder.tokens,
    secretsFolder: folder.secrets,
    catalog,
    clock,
    host: settings.host,
    allowedHosts: settings.allowedHosts,
    loopbackReporting: settings.reporting.loopback,
    port: address.port,
    isTls: settings.tls !== undefined,
  });
  const protection = await openProtection(foundation, version, options);
  const { repositories } = protection;
  /** What follows each backup, in this order. */
  const after: AfterBackup[] = [];
  const work = buildBackupWork(foundation, protection, () => after);
  const retention = buildRetention(foundation, protection);
  const restores = buildRestores(foundation, protection);
  after.push(retention.after);
  const runs = buildRuns(foundation, {
    ...{ runTokens: access.runTokens, url: address.url },
    ...protection.slots,
    ownExecutors: { ...repositories.executors, ...work.executors, ...retention.executors, ...restores.executors },
    onRunEnd: work.onRunEnd,
    isDone: work.isDone,
  });
  const backups = buildBackups(foundation, protection, runs);
  const status = buildProtectionStatus(foundation, runs, protection);
  // Before retention: what is unusual pins the last usual one.
  after.unshift(status.after);
  const tasks: TaskDeps = {
    catalog,
    clock,
    events,
    audit,
    defaults: { maxRetries: settings.runs.maxRetries, timeoutMs: settings.runs.defaultTimeoutMs, timeZone },
    hasActiveRun: runs.hasActiveRun,
    nextStart: runs.nextStart,
  };
  const monitoring = buildMonitoring(foundation);
  const agents = buildAgents(foundation, access.apiKeys);
  const alerts = buildAlerts(foundation, [
    taskConcerns((taskId, now) => runs.scheduler.dueSince(taskId, now)),
    REPOSITORY_CONCERNS,
    STORAGE_CONCERNS,
    VERIFICATION_CONCERNS,
    ANOMALY_CONCERNS,
  ]);
  const housekeeping = new Housekeeping(
    [
      ...choresOf(foundation, monitoring, access.upkeep),
      ...runs.chores,
      ...agents.chores,
      ...alerts.chores,
      ...repositories.chores,
      ...backups.chores,
      ...status.chores,
    ],
    foundation.log,
  );
  const system = buildSystem(foundation, version, [
    schedulerCheck(() => runs.scheduler.lookedAt, clock),
    catalogCopyCheck(catalog.copies, clock),
  ]);
  const secrets = new Secrets({ catalog, audit, store: foundation.secrets });
  const operations = [
    ...access.operations,
    ...secretOperations(secrets),
    ...taskOperations(tasks),
    ...overviewOperations({
      catalog,
      clock,
      timeZone,
      monitor: monitoring.monitor,
      dispatcher: runs.dispatcher,
      scheduler: runs.scheduler,
    }),
    ...scheduleOperations({ clock, timeZone }),
    ...monitoring.operations,
    ...runs.operations,
    ...agents.operations,
    ...alerts.operations,
    ...repositories.operations(runs),
    ...backups.operations,
    ...status.operations,
    ...retention.operations(runs),
    ...restores.operations(runs),
    ...system.operations,
  ];
  return {
    operations: [...operations, ...referenceOperations(operations, { version, tags: TAGS, url: address.url })],
    gates: access.gates,
    setup: access.setup,
    observe: (request) => {
      system.observe(request);
      agents.observe(request);
    },
    start: async () => {
      housekeeping.start();
      agents.start();
      await backups.start();
      await restores.start();
      await runs.start();
      await retention.start();
    },
    stop: async () => {
      // First: what runs may still report, and be watched.
      await runs.stop();
      backups.stop();
      await restores.stop();
      system.stop();
      await housekeeping.stop();
      agents.stop();
      await protection.stop();
      // What is not kept counts as a gap at the next start, so it may fail.
      await repositories.trustedClock.heartbeat().catch((error: unknown) => {
        foundation.log.warn({ err: error }, 'The trusted clock could not be kept.');
      });
      await access.upkeep();
    },
  };
}
