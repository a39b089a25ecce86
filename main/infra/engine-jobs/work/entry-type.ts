import type { WalkedEntry } from '../../../app/engine-jobs/ports/job-facts.ts';
import type { Node } from '../../../engine/index.ts';

/** Devices, pipes and sockets are other things. */
export function entryType({ type }: Node): WalkedEntry['type'] {
  return type === 'file' || type === 'dir' || type === 'symlink' ? type : 'other';
}
