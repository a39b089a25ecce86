import { hash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import {
  BackupDiff,
  BackupParams,
  DiffQuery,
  DownloadQuery,
  FilesPage,
  FilesQuery,
  PreviewQuery,
} from '../../../contracts/browse.ts';
import type { BackupBrowsing, OpenedBackup } from '../../app/browse/browse-backups.ts';
import { PREVIEW_CONTENT_TYPES, previewType, SNIFFED_BYTES } from '../../app/browse/preview.ts';
import type { BrowsedEntry } from '../../app/engine-jobs/ports/browser.ts';
import { AppError } from '../../app/errors/app-error.ts';
import { safeInstant } from '../../app/search/search-files.ts';
import { rangeHeaders, requestedRange } from '../http/byte-range.ts';
import { chunkStream } from '../http/chunk-stream.ts';
import { contentDisposition, FOREIGN_CONTENT_HEADERS } from '../http/content-disposition.ts';
import { operation, type Access, type Operation, type Reply } from '../operation.ts';

const READERS: Access = { roles: ['admin', 'operator', 'viewer'] };
/** What leaves a backup is a restore. */
const OPERATORS: Access = { roles: ['admin', 'operator'] };
const COMMON = { tag: 'restore', family: 'manager' } as const;
const BYTES = 'application/octet-stream';
const ARCHIVES = { zip: 'application/zip', tar: 'application/x-tar' } as const;
/** Larger images and documents are downloaded. */
const MOST_SHOWN_BYTES = 20 * 1024 * 1024;
const MOST_TEXT_BYTES = 256 * 1024;

export interface BrowseRoutes {
  readonly browsing: BackupBrowsing;
}

/** Looking into backups without restoring them (api.md, section 4). */
export function browseOperations(routes: BrowseRoutes): Operation[] {
  return [files(routes), download(routes), preview(routes), diff(routes)];
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

function download({ browsing }: BrowseRoutes): Operation {
  return operation({
    ...COMMON,
    id: 'downloadBackupFiles',
    touchesRepository: true,
    method: 'GET',
    path: '/api/v1/backup/{backupId}/download',
    summary: 'Download a file or a folder of a backup',
    description:
      'A file as it is, one Range of it too; a folder with everything in it as zip or tar. An answer that breaks off is not ' +
      'complete: where the repository is damaged, the connection is cut. Audited.',
    access: OPERATORS,
    params: BackupParams,
    query: DownloadQuery,
    headers: {
      Range: { description: 'One range of bytes, of a file.', example: 'bytes=0-1023' },
      'If-Range': { description: 'The ETag of the bytes that are there already.' },
      'If-None-Match': { description: 'The ETag of what is there already.' },
    },
    responses: {
      200: { description: 'All of it.', contentType: [BYTES, ...Object.values(ARCHIVES)] },
      206: { description: 'The range that was asked for.', contentType: BYTES },
      304: { description: 'It is as it was.' },
    },
    errors: ['not_found', 'range_not_satisfiable', 'unprocessable'],
    handle: async ({ caller, params, query, headers, signal }) => {
      const opened = await browsing.open(caller, params.backupId);
      const entry = await browsing.stat(opened, query.path, signal);
      const noted = () =>
        browsing.noteDownload(caller, opened, entry.path, entry.type === 'dir' ? (query.format ?? 'zip') : 'file');
      if (entry.type === 'dir') {
        const format = query.format ?? 'zip';
        const { chunks } = await browsing.readFolder(opened, query.path, format, signal);
        const stream = await chunkStream(chunks);
        await noted();
        const name = `${entry.name || opened.backup.id}.${format}`;
        const disposition = { 'content-disposition': contentDisposition('attachment', name) };
        return {
          status: 200,
          stream,
          contentType: ARCHIVES[format],
          headers: { ...FOREIGN_CONTENT_HEADERS, ...disposition },
        };
      }
      requireFile(entry);
      return fileReply({ browsing, opened, entry, path: query.path, headers, signal, noted });
    },
  });
}

interface FileWish {
  readonly browsing: BackupBrowsing;
  readonly opened: OpenedBackup;
  readonly entry: BrowsedEntry;
  readonly path: string;
  readonly headers: { readonly [name: string]: string | string[] | undefined };
  readonly signal: AbortSignal;
  readonly noted: () => Promise<void>;
}

async function fileReply({ browsing, opened, entry, path, headers, signal, noted }: FileWish): Promise<Reply> {
  const etag = etagOf(opened, entry);
  const fixed = {
    ...FOREIGN_CONTENT_HEADERS,
    etag,
    'content-disposition': contentDisposition('attachment', entry.name),
    'last-modified': new Date(safeInstant(entry.modifiedAtMs)).toUTCString(),
  };
  if (headers['if-none-match'] === etag) return { status: 304, headers: fixed };
  const range = requestedRange(
    { range: textOf(headers['range']), 'if-range': headers['if-range'] },
    entry.sizeBytes,
    etag,
  );
  const { chunks } = await browsing.readFile(opened, path, range, signal);
  const stream = await chunkStream(chunks);
  await noted();
  return {
    status: range ? 206 : 200,
    stream,
    contentType: BYTES,
    headers: { ...fixed, ...rangeHeaders(range, entry.sizeBytes) },
  };
}

function textOf(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : undefined;
}

/** A snapshot never changes, so a path in it has one content for ever. */
function etagOf({ backup }: OpenedBackup, { path }: BrowsedEntry): string {
  return `"${hash('sha256', `${backup.snapshotId}\n${path}`, 'base64url').slice(0, 27)}"`;
}

function requireFile(entry: BrowsedEntry): void {
  if (entry.type === 'file') return;
  const message = `${entry.path} is neither a file nor a folder, and has no content of its own.`;
  throw new AppError('unprocessable', message, { field: 'path', code: 'no_content', type: entry.type });
}

function preview({ browsing }: BrowseRoutes): Operation {
  return operation({
    ...COMMON,
    id: 'previewBackupFile',
    touchesRepository: true,
    method: 'GET',
    path: '/api/v1/backup/{backupId}/preview',
    summary: 'Show a file of a backup',
    description:
      'The first 256 KiB of a text, as plain text; an image or a PDF document of at most 20 MiB. What it is, its bytes say. ' +
      '422 no_preview for anything else. The header `x-truncated` says whether there is more.',
    access: OPERATORS,
    params: BackupParams,
    query: PreviewQuery,
    responses: {
      200: {
        description: 'Text, an image, or a document.',
        contentType: PREVIEW_CONTENT_TYPES,
        headers: { 'X-Truncated': '`true` where only the beginning was sent.' },
      },
    },
    errors: ['not_found', 'unprocessable', 'no_preview'],
    handle: async ({ caller, params, query, signal }) => {
      const opened = await browsing.open(caller, params.backupId);
      const entry = await browsing.stat(opened, query.path, signal);
      requireFile(entry);
      const read = async (end: number) => {
        const { chunks } = await browsing.readFile(opened, query.path, { start: 0, end }, signal);
        return buffer(await chunkStream(chunks));
      };
      const head = entry.sizeBytes === 0 ? Buffer.alloc(0) : await read(Math.min(SNIFFED_BYTES, entry.sizeBytes));
      const type = previewType(head);
      if (!type || (type.kind !== 'text' && entry.sizeBytes > MOST_SHOWN_BYTES)) throw noPreview(entry, type !== null);
      const sentBytes = Math.min(entry.sizeBytes, type.kind === 'text' ? MOST_TEXT_BYTES : MOST_SHOWN_BYTES);
      const content = sentBytes > head.length ? await read(sentBytes) : head;
      await browsing.noteDownload(caller, opened, entry.path, 'preview');
      return {
        status: 200,
        stream: content,
        contentType: type.contentType,
        headers: {
          ...FOREIGN_CONTENT_HEADERS,
          'content-disposition': contentDisposition('inline', entry.name),
          'x-truncated': String(sentBytes < entry.sizeBytes),
        },
      };
    },
  });
}

function noPreview({ path, sizeBytes }: BrowsedEntry, isTooLarge: boolean): AppError {
  const why = isTooLarge ? 'is too large to be shown' : 'is no text, no image and no PDF document';
  const details = { field: 'path', code: isTooLarge ? 'too_large' : 'no_preview', size: sizeBytes };
  return new AppError('no_preview', `${path} ${why}. Download it.`, details);
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
