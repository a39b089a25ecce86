import { hostname, userInfo } from 'node:os';
import * as z from 'zod/mini';
import { EngineError, systemErrorCode } from '../base/errors.ts';
import type { LockId } from '../base/ids.ts';

/** Restic's own limit: a lock that was not renewed for this long belongs to nobody (repository-format, section 15). */
export const STALE_LOCK_MS = 30 * 60 * 1000;

/** The content of a file in `locks/` (repository-format, section 15). */
export interface LockFile {
  readonly time: Date;
  readonly exclusive: boolean;
  readonly hostname: string;
  readonly username: string;
  readonly pid: number;
}

export interface StoredLock extends LockFile {
  readonly id: LockId;
}

const lockSchema = z.object({
  time: z.string(),
  exclusive: z.boolean(),
  hostname: z.string(),
  username: z.string(),
  pid: z.number(),
});

/** Compact JSON in restic's field order; uid and gid are left out when 0, as restic does. */
export function encodeLockFile(exclusive: boolean, now: Date): Buffer {
  const owner = userInfo();
  return Buffer.from(
    JSON.stringify({
      time: now.toISOString(),
      exclusive,
      hostname: hostname(),
      username: owner.username,
      pid: process.pid,
      ...(owner.uid > 0 ? { uid: owner.uid } : {}),
      ...(owner.gid > 0 ? { gid: owner.gid } : {}),
    }),
  );
}

export function decodeLockFile(plaintext: Buffer, id: LockId): StoredLock {
  let json: unknown;
  try {
    json = JSON.parse(plaintext.toString('utf8'));
  } catch (error) {
    throw new EngineError('corrupt', `Lock ${id} is not JSON.`, { cause: error });
  }
  const parsed = lockSchema.safeParse(json);
  const time = new Date(parsed.success ? parsed.data.time : NaN);
  if (!parsed.success || Number.isNaN(time.getTime())) {
    throw new EngineError('corrupt', `Lock ${id} is damaged.`);
  }
  return { ...parsed.data, time, id };
}

/** Stale: not renewed for 30 minutes, or made on this host by a process that is gone. Staleness never unblocks by itself. */
export function isStaleLock(lock: LockFile, now: Date): boolean {
  if (now.getTime() - lock.time.getTime() > STALE_LOCK_MS) return true;
  return lock.hostname === hostname() && !processExists(lock.pid);
}

export function describeLock(lock: LockFile): string {
  const kind = lock.exclusive ? 'an exclusive' : 'a shared';
  return `${kind} lock of PID ${lock.pid} on ${lock.hostname} by ${lock.username}, made ${lock.time.toISOString()}`;
}

function processExists(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    // Signal 0 only asks. Restic probes with SIGHUP, which is why a lock holder must handle that signal.
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemErrorCode(error) === 'EPERM';
  }
}
