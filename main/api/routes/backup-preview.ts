import { buffer } from 'node:stream/consumers';
import { BackupParams, PreviewQuery } from '../../../contracts/browse.ts';
import type { BackupBrowsing } from '../../app/browse/browse-backups.ts';
import { PREVIEW_CONTENT_TYPES, previewType, SNIFFED_BYTES } from '../../app/browse/preview.ts';
import type { BrowsedEntry } from '../../app/engine-jobs/ports/browser.ts';
import { AppError } from '../../app/errors/app-error.ts';
import { chunkStream } from '../http/chunk-stream.ts';
import { contentDisposition, FOREIGN_CONTENT_HEADERS } from '../http/content-disposition.ts';
import { operation, type Operation } from '../operation.ts';
import { requireFile } from './backup-download.ts';

/** Larger images and documents are downloaded. */
const MOST_SHOWN_BYTES = 20 * 1024 * 1024;
const MOST_TEXT_BYTES = 256 * 1024;

export function previewOperation(browsing: BackupBrowsing): Operation {
  return operation({
    tag: 'restore',
    family: 'manager',
    id: 'previewBackupFile',
    touchesRepository: true,
    method: 'GET',
    path: '/api/v1/backup/{backupId}/preview',
    summary: 'Show a file of a backup',
    description:
      'The first 256 KiB of a text, as plain text; an image or a PDF document of at most 20 MiB. What it is, its bytes say. ' +
      '422 no_preview for anything else. The header `x-truncated` says whether there is more.',
    access: { roles: ['admin', 'operator'] },
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
