import type { Clock } from '../clock/ports.ts';
import type { CatalogCopyNews, DiskSpace, HealthCheck, HealthFinding } from './ports.ts';

const MIB = 1024 ** 2;
const LOW_BYTES = 1024 * MIB;
const TOO_LOW_BYTES = 64 * MIB;
/** A loop that is held up for longer makes clients wait. */
const SLOW_LOOP_MS = 500;

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** It looks each minute; a disk that is slow, or a standby, makes it miss some. */
const LATE_LOOK_MS = 5 * MINUTE_MS;
const DEAD_LOOK_MS = 15 * MINUTE_MS;
/** One is taken each day. */
const OLD_COPY_MS = 2 * DAY_MS;

const FINE: HealthFinding = { status: 'ok', problems: [] };

/** Whether the data folder has room for statuses and logs. */
export function diskSpaceCheck(disk: DiskSpace, folder: string): HealthCheck {
  return {
    name: 'disk',
    check: async () => {
      let freeBytes: number;
      try {
        freeBytes = await disk.freeBytes(folder);
      } catch {
        return { status: 'degraded', problems: ['The free space of the data folder can not be found out.'] };
      }
      if (freeBytes >= LOW_BYTES) return FINE;
      const problems = [`The data folder has ${Math.floor(freeBytes / MIB)} MiB left. Free some space.`];
      return { status: freeBytes < TOO_LOW_BYTES ? 'failing' : 'degraded', problems };
    },
  };
}

/** `delayMs`: the longest delay of the event loop since it was asked last. */
export function eventLoopCheck(delayMs: () => number): HealthCheck {
  return {
    name: 'event_loop',
    check: async () => {
      const delay = delayMs();
      if (delay < SLOW_LOOP_MS) return FINE;
      return {
        status: 'degraded',
        problems: [`Everything waited for ${Math.round(delay)} ms. The machine is overloaded.`],
      };
    },
  };
}

/** `lookedAt`: when the scheduler last did all that was due; null before its start. */
export function schedulerCheck(lookedAt: () => Date | null, clock: Clock): HealthCheck {
  return {
    name: 'scheduler',
    check: async () => {
      const last = lookedAt();
      const silentMs = last === null ? 0 : clock.now().getTime() - last.getTime();
      if (silentMs <= LATE_LOOK_MS) return FINE;
      const minutes = Math.floor(silentMs / MINUTE_MS);
      const problems = [`Nothing was started on schedule for ${minutes} minutes. The log says why.`];
      return { status: silentMs > DEAD_LOOK_MS ? 'failing' : 'degraded', problems };
    },
  };
}

/** Whether a damaged catalog could be replaced by a recent copy. A new service gets time to take its first one. */
export function catalogCopyCheck(copies: CatalogCopyNews, clock: Clock): HealthCheck {
  const startedAt = clock.now();
  return {
    name: 'catalog_copy',
    check: async () => {
      const newestAt = await copies.newestAt();
      const nowMs = clock.now().getTime();
      const problems: string[] = [];
      if (copies.hasFailed) problems.push('The last copy of the catalog could not be taken. The log says why.');
      const sinceMs = Math.max(startedAt.getTime(), newestAt?.getTime() ?? 0);
      if (nowMs - sinceMs > OLD_COPY_MS) {
        const days = newestAt && Math.floor((nowMs - newestAt.getTime()) / DAY_MS);
        problems.push(
          days === null ? 'There is no copy of the catalog.' : `The last good copy of the catalog is ${days} days old.`,
        );
      }
      return problems.length === 0 ? FINE : { status: 'degraded', problems };
    },
  };
}
