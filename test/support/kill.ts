import { setTimeout as pause } from 'node:timers/promises';
import type { RunningProcess } from './processes.ts';
import { objectsIn } from './repositories.ts';

const LOOK_MS = 2;

/** How long a process takes until it has locked the repository, and from there to its end. */
export interface Pace {
  readonly toLockMs: number;
  readonly lockedMs: number;
}

/** Kills a process without warning after `delayMs`, unless it is done by then. True when it was killed. */
export async function killAfter(running: RunningProcess, delayMs: number): Promise<boolean> {
  const timer = setTimeout(() => running.child.kill('SIGKILL'), delayMs);
  const { code, signal, stderr } = await running.result;
  clearTimeout(timer);
  if (signal === 'SIGKILL') return true;
  if (code !== 0) throw new Error(`It failed by itself, with ${code}: ${stderr}`);
  return false;
}

/** Resolves as soon as the repository is locked, or the process has ended. */
export async function untilLocked(location: string, running: RunningProcess): Promise<void> {
  let ended = false;
  void running.result.finally(() => (ended = true));
  while (!ended && objectsIn(location, 'locks').length === 0) await pause(LOOK_MS);
}

/** Measures a run that nobody kills. */
export async function paceOf(location: string, running: RunningProcess): Promise<Pace> {
  const startedMs = performance.now();
  await untilLocked(location, running);
  const lockedAtMs = performance.now();
  const { code, stderr } = await running.result;
  if (code !== 0) throw new Error(`It failed with ${code}: ${stderr}`);
  return { toLockMs: lockedAtMs - startedMs, lockedMs: performance.now() - lockedAtMs };
}

/**
 * Kills a process at a random moment of its whole run, or (`underLock`) of that part of it in which it writes to the repository.
 * Returns the moment for messages, and whether it came too late.
 */
export async function killSomewhere(
  location: string,
  running: RunningProcess,
  pace: Pace,
  underLock: boolean,
): Promise<{ readonly moment: string; readonly killed: boolean }> {
  if (underLock) await untilLocked(location, running);
  const delayMs = Math.random() * (pace.lockedMs + (underLock ? 0 : pace.toLockMs));
  const killed = await killAfter(running, delayMs);
  return { moment: `${Math.round(delayMs)} ms after its ${underLock ? 'lock' : 'start'}`, killed };
}
