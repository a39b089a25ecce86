import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { dataFolderAt, makeDataFolder } from '../infra/data-folder/data-folder.ts';
import { AlreadyOwned, Service, type ServiceOptions } from './service.ts';

/**
 * What a service writes to `run/claim.json` while another process owns its data folder. A tray that hosts the core as a
 * stopgap sees it, finishes what runs, and hands the folder over. Other owners leave it alone.
 */
const Claim = z.object({ pid: z.int().positive(), at: z.iso.datetime() });

const RENEW_MS = 1_000;
/** A claim that nobody renewed for so long is of a process that is gone. */
const STALE_MS = 10_000;

/** Whether a service waits for this data folder right now. */
export function isClaimed(dataFolder: string, nowMs = Date.now()): boolean {
  try {
    const { at } = Claim.parse(JSON.parse(readFileSync(claimPath(dataFolder), 'utf8')));
    return Math.abs(nowMs - Date.parse(at)) <= STALE_MS;
  } catch {
    return false;
  }
}

/** Starts the service, and waits for its data folder as long as another process owns that. Throws what Service.start throws, and the signal's reason. */
export async function startOrClaim(options: ServiceOptions, signal: AbortSignal): Promise<Service> {
  makeDataFolder(options.dataFolder);
  let hasClaimed = false;
  try {
    for (;;) {
      signal.throwIfAborted();
      const service = await startUnlessOwned(options);
      if (service) return service;
      writeClaim(options.dataFolder);
      hasClaimed = true;
      await wait(RENEW_MS, undefined, { signal });
    }
  } finally {
    if (hasClaimed) rmSync(claimPath(options.dataFolder), { force: true });
  }
}

async function startUnlessOwned(options: ServiceOptions): Promise<Service | null> {
  try {
    return await Service.start(options);
  } catch (error) {
    if (error instanceof AlreadyOwned) return null;
    throw error;
  }
}

function claimPath(dataFolder: string): string {
  return join(dataFolderAt(dataFolder).run, 'claim.json');
}

/** Atomic: whoever looks sees a whole claim. */
function writeClaim(dataFolder: string): void {
  const path = claimPath(dataFolder);
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, `${JSON.stringify({ pid: process.pid, at: new Date().toISOString() })}\n`, { mode: 0o644 });
  renameSync(temporary, path);
}
