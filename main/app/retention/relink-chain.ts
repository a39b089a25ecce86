import type { BackupRecord } from '../backup/ports.ts';

/** How a member of a chain looks once others are gone. */
export interface RelinkedBackup {
  readonly id: string;
  readonly type: BackupRecord['type'];
  readonly parentId: string | null;
}

type Member = Pick<BackupRecord, 'id' | 'type' | 'parentId' | 'createdAt'>;

/**
 * What changes in a chain when some of its members are removed. Each backup is complete in itself, so any can go: its
 * children take its parent, and when the full goes, the oldest member that is left becomes the full, which a differential
 * is then based on. Gives only members that change.
 */
export function relinkChain(members: readonly Member[], removed: ReadonlySet<string>): RelinkedBackup[] {
  const byId = new Map(members.map((member) => [member.id, member]));
  const left = members
    .filter(({ id }) => !removed.has(id))
    .sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime() || (a.id < b.id ? -1 : 1));
  const hasFull = left.some(({ type }) => type === 'full');
  const newFull = hasFull ? undefined : left[0];
  const fullId = newFull?.id ?? left.find(({ type }) => type === 'full')?.id ?? null;
  return left.flatMap((member) => {
    const relinked: RelinkedBackup =
      member === newFull
        ? { id: member.id, type: 'full', parentId: null }
        : {
            id: member.id,
            type: member.type,
            parentId: livingParent(member, byId, removed) ?? parentOfOrphan(member, fullId),
          };
    const isSame = relinked.type === member.type && relinked.parentId === member.parentId;
    return isSame ? [] : [relinked];
  });
}

/** The nearest ancestor that stays. */
function livingParent(member: Member, byId: ReadonlyMap<string, Member>, removed: ReadonlySet<string>): string | null {
  const seen = new Set<string>();
  for (let id = member.parentId; id !== null && !seen.has(id); id = byId.get(id)?.parentId ?? null) {
    if (!removed.has(id)) return id;
    seen.add(id);
  }
  return null;
}

/** A full has none. Anything else that has lost all its ancestors is based on the chain's full from now on. */
function parentOfOrphan({ type }: Member, fullId: string | null): string | null {
  return type === 'full' ? null : fullId;
}
