import { toInstant } from '../../../contracts/common/instant.ts';
import type { VerificationView } from '../../../contracts/verifications.ts';
import type { Caller } from '../access/caller.ts';
import { requireInstallation } from '../access/installation.ts';
import type { Stores } from '../catalog/ports.ts';
import { AppError } from '../errors/app-error.ts';
import type { Run } from '../runs/run.ts';
import type { VerificationFilter, VerificationRecord } from './ports.ts';
import type { VerificationDeps } from './verification-deps.ts';

type Readers = Pick<VerificationDeps, 'catalog' | 'dispatcher'>;

/** Newest first; those that are over. */
export async function listVerifications(
  { catalog }: Readers,
  caller: Caller,
  filter: VerificationFilter,
  page: { readonly limit: number; readonly offset: number },
): Promise<{ readonly verifications: VerificationView[]; readonly total: number }> {
  requireInstallation(caller);
  return catalog.read(async ({ verifications }) => ({
    verifications: (await verifications.list(filter, page)).map(verificationView),
    total: await verifications.count(filter),
  }));
}

/** One that is over; or one that runs, or has failed before it found anything, as its run tells. */
export async function getVerification(
  { catalog, dispatcher }: Readers,
  caller: Caller,
  id: string,
): Promise<VerificationView> {
  requireInstallation(caller);
  return catalog.read(async (stores) => {
    const run = await stores.runs.find(id);
    const record = await stores.verifications.find(id);
    // What is kept while the run still goes on is not its last word.
    if (record && (run === null || run.finishedAt !== null)) return verificationView(record);
    if (run?.type === 'verify' || run?.type === 'restore_drill') return viewOfRun(stores, dispatcher.current(run));
    throw new AppError('not_found', 'There is no such verification.', { code: 'not_found' });
  });
}

export function verificationView(record: VerificationRecord): VerificationView {
  const { errors, ...report } = record.report;
  return {
    verification_id: record.id,
    kind: record.kind,
    status: record.isSound ? 'verified' : 'damaged',
    repository_id: record.repositoryId,
    target_id: record.targetId,
    backup_id: record.backupId,
    started_at: toInstant(record.startedAt.getTime()),
    finished_at: toInstant(record.finishedAt.getTime()),
    read_bytes: record.readBytes,
    error_count: record.errorCount,
    errors: Array.isArray(errors) ? errors.map(String) : [],
    report,
  };
}

async function viewOfRun(stores: Stores, run: Run): Promise<VerificationView> {
  const config = await configOf(stores, run);
  const backupId = textOf(run.params, 'backup_id');
  const backup = backupId === null ? null : await stores.backups.find(backupId);
  const targetId = textOf(config, 'target_id') ?? backup?.targetId ?? null;
  const target = targetId === null ? null : await stores.targets.find(targetId);
  const wholeRepository = textOf(config, 'repository_id');
  return {
    verification_id: run.id,
    kind: run.type === 'restore_drill' ? 'drill' : wholeRepository === null ? 'verify' : 'check',
    status: run.state === 'failed' ? 'failed' : run.state === 'cancelled' ? 'cancelled' : 'running',
    repository_id: backup?.repositoryId ?? wholeRepository ?? target?.repositoryId ?? '',
    target_id: targetId,
    backup_id: backupId,
    started_at: run.startedAt && toInstant(run.startedAt.getTime()),
    finished_at: run.finishedAt && toInstant(run.finishedAt.getTime()),
    read_bytes: 0,
    error_count: run.failure ? 1 : 0,
    errors: run.failure ? [run.failure.reason] : [],
    report: { progress: run.progress, live: run.live },
  };
}

async function configOf(stores: Stores, { task }: Run): Promise<unknown> {
  const found = await stores.tasks.findById(task);
  return found?.action?.config ?? null;
}

function textOf(value: unknown, name: string): string | null {
  if (typeof value !== 'object' || value === null || !(name in value)) return null;
  const text = (value as Record<string, unknown>)[name];
  return typeof text === 'string' ? text : null;
}
