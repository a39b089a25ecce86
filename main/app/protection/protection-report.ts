import type { BackupStatusView, TargetStateView } from '../../../contracts/protection-status.ts';
import type { Catalog, Stores } from '../catalog/ports.ts';
import type { Clock } from '../clock/ports.ts';
import type { Run } from '../runs/run.ts';
import { storageOf, storageStatusView } from '../storage/storage-report.ts';
import type { TargetRecord } from '../targets/ports.ts';
import { hasAction, type ActionTask } from '../tasks/task.ts';
import { targetState, type TargetFacts } from './target-state.ts';

export interface ProtectionReportDeps {
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly nextStart: (task: ActionTask) => Date | null;
  readonly dueSince: (taskId: string, now: Date) => Date | null;
  /** A run as it is known where it is executed: with its progress. */
  readonly current: (run: Run) => Run;
}

const DAY_MS = 86_400_000;
const RECENT = 10;

/** How well everything is protected right now. */
export class ProtectionReport {
  readonly #deps: ProtectionReportDeps;

  constructor(deps: ProtectionReportDeps) {
    this.#deps = deps;
  }

  async targets(): Promise<readonly TargetStateView[]> {
    const now = this.#deps.clock.now();
    const facts = await this.#deps.catalog.read((stores) => this.#facts(stores, now));
    return facts.map((each) => targetState(each, now));
  }

  async status(): Promise<BackupStatusView> {
    const { catalog, clock } = this.#deps;
    const now = clock.now();
    return catalog.read(async (stores) => {
      const details = (await this.#facts(stores, now)).map((each) => targetState(each, now));
      const storage = storageStatusView(await storageOf(stores, now), 0).status;
      const open = await openAlerts(stores);
      const summary = summarize(details, storage, open);
      return {
        ...summary,
        running: details.filter(({ running }) => running !== null).length,
        last_24_hours: await lastDay(stores, now),
        next_run: details.flatMap(({ next_run }) => next_run ?? []).sort()[0] ?? null,
        open_alerts: open,
        storage,
        details,
      };
    });
  }

  async #facts(stores: Stores, now: Date): Promise<TargetFacts[]> {
    const facts: TargetFacts[] = [];
    for (const target of await stores.targets.list()) facts.push(await this.#factsOf(stores, target, now));
    return facts;
  }

  async #factsOf(stores: Stores, target: TargetRecord, now: Date): Promise<TargetFacts> {
    const { id } = target;
    const { nextStart, dueSince, current } = this.#deps;
    const schedules = await stores.backupSchedules.ofTarget(id);
    const recent = await stores.backups.list({ targetId: id }, { limit: RECENT, offset: 0 });
    const completed = await stores.backups.completed(id);
    const active = recent.find(({ state }) => state === 'running');
    const run = active?.runId ? await stores.runs.find(active.runId) : null;
    const tasks = await tasksOf(stores, [target.task, ...schedules.flatMap((each) => taskOf(each.targets, id))]);
    const starts = tasks.flatMap((task) => nextStart(task) ?? []);
    const dues = tasks.flatMap((task) => (task.isActive ? (dueSince(task.taskId, now) ?? []) : []));
    return {
      ...{ target, schedules, recent, completedCount: completed.length },
      repository: await stores.repositories.find(target.repositoryId),
      lastGood: completed.find(({ verifyState }) => verifyState !== 'damaged') ?? completed[0] ?? null,
      repositories: new Set(completed.map(({ repositoryId }) => repositoryId)).size,
      lastDrill: await stores.verifications.lastSound({ kind: 'drill', targetId: id }),
      lastVerified: await stores.verifications.lastSound({ kind: 'verify', targetId: id }),
      nextRun: earliest(starts),
      dueSince: earliest(dues),
      run: run && current(run),
    };
  }
}

function taskOf(targets: readonly { targetId: string; task: number }[], targetId: string): number[] {
  return targets.flatMap((each) => (each.targetId === targetId ? [each.task] : []));
}

async function tasksOf(stores: Stores, ids: readonly number[]): Promise<ActionTask[]> {
  const found: ActionTask[] = [];
  for (const id of ids) {
    const task = await stores.tasks.findById(id);
    if (task && hasAction(task)) found.push(task);
  }
  return found;
}

function earliest(dates: readonly Date[]): Date | null {
  return dates.length === 0 ? null : new Date(Math.min(...dates.map((date) => date.getTime())));
}

async function openAlerts({ alerts }: Stores): Promise<BackupStatusView['open_alerts']> {
  const count = (severity: 'critical' | 'warning' | 'info') => alerts.count({ status: 'open', severities: [severity] });
  return { critical: await count('critical'), warning: await count('warning'), info: await count('info') };
}

async function lastDay(stores: Stores, now: Date): Promise<BackupStatusView['last_24_hours']> {
  const from = new Date(now.getTime() - DAY_MS);
  const count = (state: 'completed' | 'failed' | 'cancelled') =>
    stores.backups.count({ from, state, withRemoved: true });
  const completed = await stores.backups.list(
    { from, state: 'completed', withRemoved: true },
    { limit: 1000, offset: 0 },
  );
  return {
    completed: await count('completed'),
    failed: await count('failed'),
    cancelled: await count('cancelled'),
    warnings: completed.reduce((sum, { warningCount }) => sum + warningCount, 0),
  };
}

function summarize(
  details: readonly TargetStateView[],
  storage: BackupStatusView['storage'],
  open: BackupStatusView['open_alerts'],
): Pick<BackupStatusView, 'status' | 'message' | 'targets'> {
  const atRisk = details.filter(({ state }) => state === 'failed' || state === 'overdue');
  const never = details.filter(({ state }) => state === 'never');
  const safe = details.length - atRisk.length - never.length;
  const isCritical = atRisk.length > 0 || storage === 'critical' || open.critical > 0;
  const isWarning = never.length > 0 || storage === 'warning' || open.warning > 0;
  return {
    status: isCritical ? 'critical' : isWarning ? 'warning' : 'ok',
    message: sentence(details, atRisk, never),
    targets: { total: details.length, protected: safe, at_risk: atRisk.length, never: never.length },
  };
}

function sentence(
  all: readonly TargetStateView[],
  atRisk: readonly TargetStateView[],
  never: readonly TargetStateView[],
): string {
  if (all.length === 0) return 'Nothing is protected yet: make a target.';
  const names = (targets: readonly TargetStateView[]) => targets.map(({ name }) => name).join(', ');
  if (atRisk.length > 0) return `${atRisk.length} of ${all.length} targets need you: ${names(atRisk)}.`;
  if (never.length > 0) return `${never.length} of ${all.length} targets have no backup yet: ${names(never)}.`;
  return all.length === 1 ? 'The one target is protected.' : `All ${all.length} targets are protected.`;
}
