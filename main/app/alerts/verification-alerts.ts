import type { Stores } from '../catalog/ports.ts';
import type { VerificationKind, VerificationRecord } from '../verification/ports.ts';
import type { AlertSource } from './alert-watch.ts';
import type { Concern } from './ports.ts';

const NEWEST = { limit: 1, offset: 0 };

/**
 * Verifications that found something (seed 5, "Backup verification failures"): the newest of a repository, and of each target, was
 * not sound. It is over when a newer one of the same kind is.
 */
export const VERIFICATION_CONCERNS: AlertSource = {
  name: 'verifications',
  kinds: ['verification_failed'],
  concerns: async (stores) => {
    const found: Concern[] = [];
    for (const { id, name } of await stores.repositories.list()) {
      const [bad] = await newestBad(stores, { repositoryId: id }, ['check']);
      if (bad) found.push(concernOf(`repository:${id}`, `The repository ${name}`, bad));
    }
    for (const { id, name } of await stores.targets.list()) {
      const [bad] = await newestBad(stores, { targetId: id }, ['verify', 'drill']);
      if (bad) found.push(concernOf(`target:${id}`, `A backup of ${name}`, bad));
    }
    return found;
  },
};

/** The newest of each kind, as far as it is not sound. */
async function newestBad(
  { verifications }: Stores,
  of: { readonly repositoryId?: string; readonly targetId?: string },
  kinds: readonly VerificationKind[],
): Promise<VerificationRecord[]> {
  const found: VerificationRecord[] = [];
  for (const kind of kinds) {
    const [newest] = await verifications.list({ ...of, kind }, NEWEST);
    if (newest && !newest.isSound) found.push(newest);
  }
  return found;
}

function concernOf(object: string, what: string, { id, kind, errorCount, backupId }: VerificationRecord): Concern {
  const how = kind === 'drill' ? 'could not be restored as it should be' : 'is damaged';
  return {
    kind: 'verification_failed',
    severity: 'critical',
    object,
    message:
      `${what} ${how}: ${errorCount} errors were found${backupId === null ? '' : ` in ${backupId}`}. ` +
      'Look at the report, make a full backup now, and repair the repository.',
    details: { verification_id: id, backup_id: backupId },
  };
}
