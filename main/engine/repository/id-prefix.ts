import { EngineError } from '../base/errors.ts';
import type { AnyId } from '../base/ids.ts';

const PREFIX = /^[0-9a-f]{1,64}$/;

/** The one id that starts with `prefix`. Errors: `invalid_argument`, `not_found`, `ambiguous_id` naming the candidates. */
export function resolveIdPrefix<Id extends AnyId>(ids: readonly Id[], prefix: string, what: string): Id {
  const wanted = prefix.toLowerCase();
  if (!PREFIX.test(wanted)) {
    throw new EngineError('invalid_argument', `"${prefix}" is not a ${what} id: expected up to 64 hex digits.`);
  }
  const matches = ids.filter((id) => id.startsWith(wanted));
  const [only] = matches;
  if (only === undefined) throw new EngineError('not_found', `No ${what} has an id that starts with "${prefix}".`);
  if (matches.length > 1) {
    const some = matches.slice(0, 4).map((id) => id.slice(0, 12));
    throw new EngineError(
      'ambiguous_id',
      `"${prefix}" means more than one ${what}: ${some.join(', ')}. Give more digits.`,
    );
  }
  return only;
}
