import { AppError } from '../../app/errors/app-error.ts';

/** Bytes `start` to before `end`. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * What a `Range` header asks of something of `sizeBytes` (RFC 9110, section 14). Null for all of it: no header, one that
 * makes no sense, or several ranges, which a server may ignore. Throws `range_not_satisfiable` when nothing of it is there.
 * With `If-Range` everything is sent unless it names `etag`: logs grow, and have no validator.
 */
export function requestedRange(
  headers: { readonly range?: string | undefined; readonly 'if-range'?: string | string[] | undefined },
  sizeBytes: number,
  etag?: string,
): ByteRange | null {
  const { range, 'if-range': condition } = headers;
  if (range === undefined || (condition !== undefined && condition !== etag)) return null;
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/i.exec(range.trim()) ?? [];
  if (first === '' && last === '') return null;
  if (first !== '' && last !== '' && Number(last) < Number(first)) return null;
  const wanted =
    first === ''
      ? { start: Math.max(0, sizeBytes - Number(last)), end: sizeBytes }
      : { start: Number(first), end: last === '' ? sizeBytes : Math.min(Number(last) + 1, sizeBytes) };
  if (wanted.start < wanted.end) return wanted;
  throw new AppError('range_not_satisfiable', `Nothing of that range is there: it has ${sizeBytes} bytes.`, {
    field: 'range',
    code: 'not_satisfiable',
    size: sizeBytes,
  });
}

/** The headers of an answer with a range, or with everything where it is null. */
export function rangeHeaders(range: ByteRange | null, sizeBytes: number): Record<string, string> {
  const { start, end } = range ?? { start: 0, end: sizeBytes };
  return {
    'accept-ranges': 'bytes',
    'content-length': String(end - start),
    ...(range && { 'content-range': `bytes ${start}-${end - 1}/${sizeBytes}` }),
  };
}
