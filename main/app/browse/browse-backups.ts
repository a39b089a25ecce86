import type { AuditLog } from '../audit/audit-log.ts';
import type { Caller } from '../access/caller.ts';
import { requireInstallation } from '../access/installation.ts';
import type { BackupRecord } from '../backup/ports.ts';
import type { Catalog } from '../catalog/ports.ts';
import type { BrowsedEntry, BrowsedPage, BrowsedStream } from '../engine-jobs/ports/browser.ts';
import type { RepositoryAccess } from '../engine-jobs/ports/job-context.ts';
import type { DiffFacts } from '../engine-jobs/ports/job-facts.ts';
import type { EngineJobs } from '../engine-jobs/ports/jobs.ts';
import { AppError } from '../errors/app-error.ts';
import { DiffShelf } from './diff-shelf.ts';
import type { BackupBrowser } from './ports.ts';

export interface BrowseParts {
  readonly catalog: Catalog;
  readonly audit: Pick<AuditLog, 'record'>;
  readonly engine: EngineJobs;
  readonly browser: BackupBrowser;
  readonly openAccess: (repositoryId: string) => Promise<RepositoryAccess>;
}

/** A backup whose snapshot can be looked into. */
export type Browsable = BackupRecord & { readonly snapshotId: string };

export interface OpenedBackup {
  readonly backup: Browsable;
  readonly access: RepositoryAccess;
}

/** Looks into backups without restoring them. */
export class BackupBrowsing {
  readonly #parts: BrowseParts;
  readonly #diffs: DiffShelf;

  constructor(parts: BrowseParts) {
    this.#parts = parts;
    this.#diffs = new DiffShelf(parts.engine);
  }

  /** Throws `not_found` for what is not there, `unprocessable` for one that has no snapshot. */
  async open(caller: Caller, backupId: string): Promise<OpenedBackup> {
    requireInstallation(caller);
    const backup = await this.#parts.catalog.read(({ backups }) => backups.find(backupId));
    const opened = requireSnapshot(backup, backupId);
    return { backup: opened, access: await this.#parts.openAccess(opened.repositoryId) };
  }

  stat({ backup, access }: OpenedBackup, path: string, signal: AbortSignal): Promise<BrowsedEntry> {
    return this.#parts.browser.stat(access, backup.snapshotId, path, signal);
  }

  list(
    { backup, access }: OpenedBackup,
    path: string,
    page: { readonly cursor: string | null; readonly limit: number },
    signal: AbortSignal,
  ): Promise<BrowsedPage> {
    return this.#parts.browser.list(access, backup.snapshotId, path, page, signal);
  }

  readFile(
    { backup, access }: OpenedBackup,
    path: string,
    range: { readonly start: number; readonly end: number } | null,
    signal: AbortSignal,
  ): Promise<BrowsedStream> {
    return this.#parts.browser.readFile(access, backup.snapshotId, path, range, signal);
  }

  readFolder(
    { backup, access }: OpenedBackup,
    path: string,
    format: 'zip' | 'tar',
    signal: AbortSignal,
  ): Promise<BrowsedStream> {
    return this.#parts.browser.readFolder(access, backup.snapshotId, path, format, signal);
  }

  readChosen(
    { backup, access }: OpenedBackup,
    chosen: { readonly folder: string; readonly paths: readonly string[] },
    format: 'zip' | 'tar',
    signal: AbortSignal,
  ): Promise<BrowsedStream> {
    return this.#parts.browser.readChosen(access, backup.snapshotId, chosen, format, signal);
  }

  /** What leaves a backup is a restore, and is written down as one. `chosen`: of a folder, what of it left. */
  async noteDownload(
    caller: Caller,
    { backup }: OpenedBackup,
    path: string,
    as: string,
    chosen?: readonly string[],
  ): Promise<void> {
    const details = { path, as, ...(chosen && { chosen: chosen.length, entries: firstOf(chosen) }) };
    await this.#parts.catalog.write((stores) =>
      this.#parts.audit.record(stores, { caller, action: 'backup.downloaded', object: `backup:${backup.id}`, details }),
    );
  }

  /** What changed from one backup of a target to another one of it. */
  async diff(
    caller: Caller,
    fromId: string,
    toId: string,
    signal: AbortSignal,
  ): Promise<{ readonly targetId: string; readonly facts: DiffFacts }> {
    const from = await this.open(caller, fromId);
    const to = await this.open(caller, toId);
    if (from.backup.targetId !== to.backup.targetId || from.backup.repositoryId !== to.backup.repositoryId) {
      const message = 'Only two backups of one target, in one repository, can be compared.';
      throw new AppError('unprocessable', message, { field: 'to', code: 'other_target' });
    }
    const facts = await this.#diffs.diff(from.access, from.backup.snapshotId, to.backup.snapshotId, signal);
    return { targetId: from.backup.targetId, facts };
  }
}

/** An entry of the audit has room for some of them. */
const MOST_NOTED_LENGTH = 8_000;

function firstOf(paths: readonly string[]): readonly string[] {
  let length = 0;
  return paths.filter((path) => (length += path.length) <= MOST_NOTED_LENGTH);
}

function requireSnapshot(backup: BackupRecord | null, id: string): Browsable {
  if (!backup || backup.removedAt) {
    const details = { field: 'backup_id', code: 'not_found' };
    throw new AppError('not_found', backup ? `The backup ${id} was removed.` : 'There is no such backup.', details);
  }
  if (backup.snapshotId !== null) return { ...backup, snapshotId: backup.snapshotId };
  const details = { code: 'not_completed', status: backup.state };
  throw new AppError('unprocessable', `There is nothing to see in the backup ${id}: it is ${backup.state}.`, details);
}
