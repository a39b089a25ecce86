import type { DiskSpace, HealthCheck, HealthFinding } from './ports.ts';

const MIB = 1024 ** 2;
const LOW_BYTES = 1024 * MIB;
const TOO_LOW_BYTES = 64 * MIB;
/** A loop that is held up for longer makes clients wait. */
const SLOW_LOOP_MS = 500;

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
