import { BackupDiff, BackupParams, DiffQuery, FilesPage, FilesQuery } from '../../../contracts/browse.ts';
import type { BackupBrowsing } from '../../app/browse/browse-backups.ts';
import type { BrowsedEntry } from '../../app/engine-jobs/ports/browser.ts';
import { safeInstant } from '../../app/search/search-files.ts';
import { operation, type Access, type Operation } from '../operation.ts';
import { downloadOperation } from './backup-download.ts';
import { previewOperation } from './backup-preview.ts';

const READERS: Access = { roles: ['admin', 'operator', 'viewer'] };
const COMMON = { tag: 'restore', family: 'manager' } as const;

export interface BrowseRoutes {
  readonly browsing: BackupBrowsing;
}

/** Looking into backups without restoring them (api.md, section 4). */
export function browseOperations(routes: BrowseRoutes): Operation[] {
  return [files(routes), downloadOperation(routes.browsing), previewOperation(routes.browsing), diff(routes)];
}

function files({ browsing }: BrowseRoutes): Operation {
  return operation({
    ...COMMON,
    id: 'listBackupFiles',
    touchesRepository: true,
    method: 'GET',
    path: '/api/v1/backup/{backupId}/files',
    summary: 'List a folder of a backup',
    description: 'In the order of the names as they are stored, a page at a time, however large the folder is.',
    access: READERS,
    params: BackupParams,
    query: FilesQuery,
    responses: { 200: { description: 'A page of its entries.', schema: FilesPage } },
    errors: ['not_found', 'unprocessable'],
    handle: async ({ caller, params, query, signal }) => {
      const opened = await browsing.open(caller, params.backupId);
      const { path, cursor = null, limit } = query;
      const page = await browsing.list(opened, path, { cursor, limit }, signal);
      const { total, nextCursor } = page;
      const entries = page.entries.map(entryView);
      return {
        status: 200,
        body: { backup_id: opened.backup.id, path, entries, total, next_cursor: nextCursor },
      };
    },
  });
}

function entryView({ name, path, type, sizeBytes, modifiedAtMs, mode, linkTarget }: BrowsedEntry) {
  return {
    name,
    path,
    type,
    size: type === 'file' ? sizeBytes : null,
    modified_at: safeInstant(modifiedAtMs),
    mode,
    link_target: linkTarget,
  };
}

function diff({ browsing }: BrowseRoutes): Operation {
  return operation({
    ...COMMON,
    id: 'diffBackups',
    touchesRepository: true,
    method: 'GET',
    path: '/api/v1/backup/diff',
    summary: 'Compare two backups of a target',
    description: 'What was added, removed and changed from one to the other.',
    access: READERS,
    query: DiffQuery,
    responses: { 200: { description: 'Figures, and a page of the changes.', schema: BackupDiff } },
    errors: ['not_found', 'unprocessable'],
    handle: async ({ caller, query, signal }) => {
      const { from, to, prefix, change, limit, offset } = query;
      const { targetId, facts } = await browsing.diff(caller, from, to, signal);
      const folder = prefix === undefined ? '/' : `${prefix.replace(/\/+$/, '')}/`;
      const matching = facts.entries.filter(
        (entry) =>
          (prefix === undefined || `${entry.path}/`.startsWith(folder)) &&
          (change === undefined || entry.change === change),
      );
      return {
        status: 200,
        body: {
          ...{ from, to, target_id: targetId },
          added_files: facts.addedFiles,
          removed_files: facts.removedFiles,
          changed_files: facts.changedFiles,
          added_bytes: facts.addedBytes,
          removed_bytes: facts.removedBytes,
          entries: matching.slice(offset, offset + limit),
          total: matching.length,
          truncated: facts.isCut,
        },
      };
    },
  });
}
