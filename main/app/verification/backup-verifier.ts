import type { BackupRecord } from '../backup/ports.ts';
import type { JobContext, RepositoryAccess } from '../engine-jobs/ports/job-context.ts';
import type { VerificationFacts } from '../engine-jobs/ports/job-facts.ts';
import { keepVerification } from './keep-verification.ts';
import type { VerifyingParts } from './verification-deps.ts';

/** Reads and hashes all that one backup needs, and keeps what it found with the backup and as a record. */
export class BackupVerifier {
  readonly #parts: VerifyingParts;

  constructor(parts: VerifyingParts) {
    this.#parts = parts;
  }

  /** `runId` names the record. Damage is an answer, not an error. */
  async verify(
    backup: BackupRecord & { readonly snapshotId: string },
    access: RepositoryAccess,
    { runId, ...context }: JobContext & { readonly runId: string },
  ): Promise<VerificationFacts> {
    const { clock, engine } = this.#parts;
    const startedAt = clock.now();
    const facts = await engine.verifySnapshot(access, backup.snapshotId, context);
    await keepVerification(
      this.#parts,
      {
        id: runId,
        kind: 'verify',
        repositoryId: backup.repositoryId,
        targetId: backup.targetId,
        backupId: backup.id,
        startedAt,
        finishedAt: clock.now(),
        isSound: facts.isSound,
        readBytes: facts.readBytes,
        errorCount: facts.errorCount,
        report: verificationReport(facts),
      },
      {
        damagedSnapshotIds: facts.isSound ? facts.damagedSnapshotIds : [backup.snapshotId, ...facts.damagedSnapshotIds],
        verifiedBackupIds: facts.isSound ? [backup.id] : [],
      },
    );
    return facts;
  }
}

export function verificationReport(facts: VerificationFacts): Record<string, unknown> {
  return {
    snapshots: facts.snapshots,
    files: facts.files,
    packs: facts.packs,
    blobs: facts.blobs,
    read_bytes: facts.readBytes,
    errors: facts.errors,
    duration_seconds: facts.durationMs / 1000,
  };
}
