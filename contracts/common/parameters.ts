import { z } from 'zod';

/** A whole number in a query string. The document shows an integer; on the wire it is digits. */
export function queryInteger(minimum: number, maximum: number) {
  return z
    .string()
    .regex(/^-?\d{1,15}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.int().min(minimum).max(maximum));
}

export const queryBoolean = z
  .enum(['true', 'false'])
  .transform((text) => text === 'true')
  .pipe(z.boolean());

/** `limit` and `offset` of a list; a list says which default it has. */
export function paging(defaultLimit = 100) {
  return {
    limit: queryInteger(1, 1000).default(defaultLimit),
    offset: queryInteger(0, Number.MAX_SAFE_INTEGER).default(0),
  };
}

/** An instant in a query string, with `Z` or an offset; a day alone means its beginning, UTC. Gives milliseconds since 1970. */
export const queryInstant = z
  .union([z.iso.datetime({ offset: true }), z.iso.date()])
  .transform((text) => Date.parse(text))
  // The document shows what is sent.
  .pipe(z.number().meta({ type: 'string', anyOf: [{ format: 'date-time' }, { format: 'date' }] }));
