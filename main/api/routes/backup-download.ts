import { hash } from 'node:crypto';
import type { z } from 'zod';
import { BackupParams, DownloadQuery } from '../../../contracts/browse.ts';
import type { Caller } from '../../app/access/caller.ts';
import type { BackupBrowsing, OpenedBackup } from '../../app/browse/browse-backups.ts';
import type { BrowsedEntry } from '../../app/engine-jobs/ports/browser.ts';
import { AppError } from '../../app/errors/app-error.ts';
import { safeInstant } from '../../app/search/search-files.ts';
import { rangeHeaders, requestedRange } from '../http/byte-range.ts';
import { chunkStream } from '../http/chunk-stream.ts';
import { contentDisposition, FOREIGN_CONTENT_HEADERS } from '../http/content-disposition.ts';
import { operation, type Operation, type Reply } from '../operation.ts';

const BYTES = 'application/octet-stream';
const ARCHIVES = { zip: 'application/zip', tar: 'application/x-tar' } as const;

/** What leaves a backup is a restore: for operators. */
export function downloadOperation(browsing: BackupBrowsing): Operation {
  return operation({
    tag: 'restore',
    family: 'manager',
    id: 'downloadBackupFiles',
    touchesRepository: true,
    method: 'GET',
    path: '/api/v1/backup/{backupId}/download',
    summary: 'Download a file or a folder of a backup',
    description:
      'A file as it is, one Range of it too; a folder with everything in it as zip or tar, or with what `entry` chooses. An answer that breaks off is not ' +
      'complete: where the repository is damaged, the connection is cut. Audited.',
    access: { roles: ['admin', 'operator'] },
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
      if (entry.type === 'dir') return archiveReply({ browsing, caller, opened, entry, query, signal });
      requireFile(entry);
      if (query.entry) throw noFolder(entry);
      const noted = () => browsing.noteDownload(caller, opened, entry.path, 'file');
      return fileReply({ browsing, opened, entry, path: query.path, headers, signal, noted });
    },
  });
}

interface ArchiveWish {
  readonly browsing: BackupBrowsing;
  readonly caller: Caller;
  readonly opened: OpenedBackup;
  readonly entry: BrowsedEntry;
  readonly query: z.output<typeof DownloadQuery>;
  readonly signal: AbortSignal;
}

/** A folder, or what was chosen of it. */
async function archiveReply({ browsing, caller, opened, entry, query, signal }: ArchiveWish): Promise<Reply> {
  const { path, entry: paths, format = 'zip' } = query;
  const { chunks } = paths
    ? await browsing.readChosen(opened, { folder: path, paths }, format, signal)
    : await browsing.readFolder(opened, path, format, signal);
  const stream = await chunkStream(chunks);
  await browsing.noteDownload(caller, opened, entry.path, format, paths);
  const name = `${entry.name || opened.backup.id}.${format}`;
  return {
    status: 200,
    stream,
    contentType: ARCHIVES[format],
    headers: { ...FOREIGN_CONTENT_HEADERS, 'content-disposition': contentDisposition('attachment', name) },
  };
}

function noFolder({ path, type }: BrowsedEntry): AppError {
  const message = `${path} is no folder: nothing can be chosen from it.`;
  return new AppError('unprocessable', message, { field: 'entry', code: 'no_folder', type });
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

export function requireFile(entry: BrowsedEntry): void {
  if (entry.type === 'file') return;
  const message = `${entry.path} is neither a file nor a folder, and has no content of its own.`;
  throw new AppError('unprocessable', message, { field: 'path', code: 'no_content', type: entry.type });
}
