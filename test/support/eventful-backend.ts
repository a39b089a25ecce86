import { setTimeout as wait } from 'node:timers/promises';
import type { FileRef } from '../../main/engine/backend/backend.ts';
import { MemoryBackend } from '../../main/engine/backend/memory-backend.ts';

/** A repository in which something happens just when somebody has written a lock. */
export class EventfulBackend extends MemoryBackend {
  onLock: (() => Promise<void>) | undefined;

  override async write(ref: FileRef, bytes: Uint8Array, signal?: AbortSignal): Promise<void> {
    await super.write(ref, bytes, signal);
    const event = this.onLock;
    if (ref.type !== 'lock' || event === undefined) return;
    this.onLock = undefined;
    // Late enough that an operation which does not wait for the lock has looked around already.
    await wait(100);
    await event();
  }
}
