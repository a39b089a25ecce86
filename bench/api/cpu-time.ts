import { readFileSync } from 'node:fs';

/** Ticks are hundredths of a second on every Linux that Node runs on. */
const TICKS_A_SECOND = 100;

export interface CpuReading {
  readonly allTicks: number;
  readonly ownTicks: number;
  readonly atMs: number;
}

/** CPU time of the machine, and of this process together with the servers that it measures. Null where there is no /proc. */
export function readCpu(pids: readonly number[]): CpuReading | null {
  if (process.platform !== 'linux') return null;
  const [user = 0, nice = 0, system = 0, , , irq = 0, softIrq = 0] = numbersOf(
    readFileSync('/proc/stat', 'utf8').split('\n', 1)[0],
  );
  const ownTicks = [process.pid, ...pids].reduce((sum, pid) => sum + ticksOf(pid), 0);
  return { allTicks: user + nice + system + irq + softIrq, ownTicks, atMs: performance.now() };
}

/**
 * How much of one core everything else took since: other programs, and what the kernel did for nobody in particular (some
 * per cent here). A run in which others took much says little about the server.
 */
export function foreignShare(before: CpuReading | null, after: CpuReading | null): number {
  if (!before || !after) return Number.NaN;
  const ticks = after.allTicks - before.allTicks - (after.ownTicks - before.ownTicks);
  return Math.max(0, ticks / TICKS_A_SECOND / ((after.atMs - before.atMs) / 1000));
}

/** CPU time of a process and its threads so far, in seconds. Null where there is no /proc. */
export function cpuSecondsOf(pid: number): number | null {
  return process.platform === 'linux' ? ticksOf(pid) / TICKS_A_SECOND : null;
}

/** utime and stime, fields 14 and 15: the name in field 2 may hold spaces. */
function ticksOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const [, , , , , , , , , , , user = 0, system = 0] = numbersOf(stat.slice(stat.lastIndexOf(')') + 1).trim());
  return user + system;
}

function numbersOf(line = ''): number[] {
  return line
    .replace(/^cpu\s+/, '')
    .split(/\s+/)
    .map(Number);
}
