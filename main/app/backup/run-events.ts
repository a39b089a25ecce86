import type { Catalog } from '../catalog/ports.ts';
import type { Clock } from '../clock/ports.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { RunsLog } from '../runs/run-attempt.ts';
import { announceBackup } from './start-backups.ts';

export interface RunEventsDeps {
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly events: Pick<EventBus, 'publish' | 'subscribe'>;
  readonly log: RunsLog;
}

/**
 * What runs say of backups, as events of backups: how far one is, and that it failed or was cancelled, which its run
 * decides. Gives what ends it.
 */
export function announceEnds(deps: RunEventsDeps): () => void {
  const { events, clock } = deps;
  return events.subscribe(({ type, data }) => {
    if (data['type'] !== 'backup') return;
    const runId = data['id'];
    if (type === 'run.progress') {
      const { live, progress, message } = data;
      if (typeof live !== 'object' || live === null || !('backup_id' in live)) return;
      const { backup_id: backupId, ...figures } = live;
      events.publish('backup.progress', clock.now(), {
        backup_id: backupId,
        run_id: runId,
        progress,
        message,
        live: figures,
      });
    } else if (type === 'run.finished' && data['status'] !== 'completed' && typeof runId === 'string') {
      void announceEnd(deps, runId);
    }
  });
}

async function announceEnd(deps: RunEventsDeps, runId: string): Promise<void> {
  try {
    const backup = await deps.catalog.read(({ backups }) => backups.findByRun(runId));
    if (backup?.state === 'failed') announceBackup(deps, 'failed', backup, deps.clock.now());
    if (backup?.state === 'cancelled') announceBackup(deps, 'cancelled', backup, deps.clock.now());
  } catch (error) {
    deps.log.warn({ err: error, runId }, 'The end of a backup could not be told.');
  }
}
