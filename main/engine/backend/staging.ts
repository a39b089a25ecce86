import { createHash, randomBytes } from 'node:crypto';
import { readlinkSync } from 'node:fs';
import { copyFile, open, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { throwIfAborted } from '../base/abort.ts';
import { systemErrorCode } from '../base/errors.ts';
import { checkLength, finishFile, renamePatiently } from './atomic-write.ts';
import type { LocalModes } from './local-modes.ts';

const STAGED_NAME = /^tmp-([1-9][0-9]{0,9})-([0-9a-f]{8})-[0-9a-f]{16}$/;
const MAX_PID = 2 ** 31 - 1;
const DAY_MS = 24 * 60 * 60 * 1000;
/** Taken once: the clock behind `uptime` stands still while the machine sleeps. */
const PROCESS_STARTED_MS = Date.now() - process.uptime() * 1000;

let hostMarkOfThisProcess: string | undefined;

/** Tells process tables apart: a pid says something only to the kernel, and the container, that gave it. */
export function hostMark(): string {
  hostMarkOfThisProcess ??= createHash('sha256').update(`${hostname()}\0${pidNamespace()}`).digest('hex').slice(0, 8);
  return hostMarkOfThisProcess;
}

function pidNamespace(): string {
  if (process.platform !== 'linux') return '';
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}

/**
 * A new name for a file in a backend's staging folder: `tmp-<pid>-<host mark>-<random>`. It is no full id, so that
 * restic and we ignore it in `data/`. Needs no backend, and is the same in every worker of a process.
 */
export function stagedFileName(pid: number = process.pid, host: string = hostMark()): string {
  return `tmp-${pid}-${host}-${randomBytes(8).toString('hex')}`;
}

export interface StagedOwner {
  readonly pid: number;
  readonly host: string;
}

/** Undefined for names that `stagedFileName` never makes. */
export function ownerOfStaged(name: string): StagedOwner | undefined {
  const match = STAGED_NAME.exec(name);
  const pid = Number(match?.[1]);
  if (!match?.[2] || pid > MAX_PID) return undefined;
  return { pid, host: match[2] };
}

/**
 * Whether nobody will ever publish the file: its process is dead, or it is older than a day (the pid of another machine
 * says nothing here, and one of this machine may have been given to another process since).
 * A file that this very process made after its start is never stale: the machine may have slept for days.
 */
export function isStale(owner: StagedOwner, modifiedMs: number, nowMs: number = Date.now()): boolean {
  const here = owner.host === hostMark();
  if (here && owner.pid === process.pid && modifiedMs >= PROCESS_STARTED_MS) return false;
  return nowMs - modifiedMs > DAY_MS || (here && !isAlive(owner.pid));
}

/** Leftovers that name no process (`-tmp-` files of a write) go by age alone. */
export function isOlderThanADay(modifiedMs: number, nowMs: number = Date.now()): boolean {
  return nowMs - modifiedMs > DAY_MS;
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, but belongs to somebody else.
    return systemErrorCode(error) !== 'ESRCH';
  }
}

/** Checks a staged file and puts it on disk for good, still under its staged name. */
export async function finishStaged(stagedPath: string, sizeBytes: number, modes: LocalModes): Promise<void> {
  // Windows flushes only through a handle that may write.
  const handle = await open(stagedPath, 'r+');
  try {
    await checkLength(handle, sizeBytes, stagedPath);
    await finishFile(handle, modes);
  } finally {
    await handle.close();
  }
}

/**
 * Gives a finished staged file its name. A shard folder that is a mount point, or a link to another disk, takes a copy
 * first, beside the target, so that the name still appears in one step.
 */
export async function moveStaged(
  stagedPath: string,
  target: string,
  sizeBytes: number,
  modes: LocalModes,
  signal?: AbortSignal,
): Promise<void> {
  try {
    await renamePatiently(stagedPath, target);
    return;
  } catch (error) {
    if (systemErrorCode(error) !== 'EXDEV') throw error;
  }
  const copy = `${target}-tmp-${randomBytes(8).toString('hex')}`;
  try {
    await copyFile(stagedPath, copy);
    throwIfAborted(signal);
    await finishStagedCopy(copy, sizeBytes, modes);
    await renamePatiently(copy, target);
  } catch (error) {
    await rm(copy, { force: true }).catch(() => undefined);
    throw error;
  }
  await rm(stagedPath, { force: true });
}

/** copyFile hands on the mode of its source, which is read-only by now: a read handle has to do. */
async function finishStagedCopy(copy: string, sizeBytes: number, modes: LocalModes): Promise<void> {
  const handle = await open(copy, process.platform === 'win32' ? 'r+' : 'r');
  try {
    await checkLength(handle, sizeBytes, copy);
    await finishFile(handle, modes);
  } finally {
    await handle.close();
  }
}
