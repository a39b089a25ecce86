import type { BackupType } from '../../../contracts/backups.ts';
import type { BackupRecord } from './ports.ts';

/** What a backup is based on, and where that puts it. */
export interface ChainBase {
  readonly type: BackupType;
  readonly parent: BackupRecord | null;
  /** Of a full: its own id, which it becomes. */
  readonly chainId: string;
  /** Why it becomes another type than was asked for; null: it does not. */
  readonly note: string | null;
}

/**
 * Decides by what is there: `candidates` are the target's completed backups in the repository, newest first. One that a
 * verification found damaged is no base: what it lacks would be lacking in all that follow.
 */
export function chainBase(wanted: BackupType, ownId: string, candidates: readonly BackupRecord[]): ChainBase {
  const full = (note: string | null): ChainBase => ({ type: 'full', parent: null, chainId: ownId, note });
  if (wanted === 'full') return full(null);
  const usable = candidates.filter(({ verifyState }) => verifyState !== 'damaged');
  const [newest] = usable;
  if (!newest) return full(`There is no backup that it could be based on: it becomes a full one.`);
  if (wanted === 'incremental') return { type: wanted, parent: newest, chainId: newest.chainId, note: null };
  const root = usable.find(({ chainId, type }) => chainId === newest.chainId && type === 'full');
  if (!root) return full(`The chain ${newest.chainId} has no full backup any more: it becomes a full one.`);
  return { type: wanted, parent: root, chainId: root.chainId, note: null };
}
