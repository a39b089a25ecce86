import { AppError } from '../../app/errors/app-error.ts';

/** Which part of a whole a request's body is. */
export interface ContentRange {
  readonly start: number;
  readonly lengthBytes: number;
  /** Of the whole; null where that is not known yet. */
  readonly totalBytes: number | null;
}

/** A `Content-Range` header of a request (RFC 9110, section 14.5); null for none. Throws `invalid_request` for a wrong one. */
export function contentRange(header: string | string[] | undefined): ContentRange | null {
  if (header === undefined) return null;
  const match = typeof header === 'string' ? /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15}|\*)$/i.exec(header.trim()) : null;
  const [, first = '', last = '', total = ''] = match ?? [];
  const [start, end] = [Number(first), Number(last) + 1];
  const totalBytes = total === '*' ? null : Number(total);
  if (!match || end <= start || (totalBytes !== null && end > totalBytes)) {
    throw new AppError('invalid_request', 'content-range: must be like `bytes 0-999/5000` or `bytes 0-999/*`', {
      field: 'content-range',
      code: 'invalid',
    });
  }
  return { start, lengthBytes: end - start, totalBytes };
}
