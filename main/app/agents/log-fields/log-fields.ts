import { LogFields } from '../../../../contracts/log-fields.ts';
import { linesOf } from './lines.ts';
import { resticFields } from './restic.ts';
import { robocopyFields } from './robocopy.ts';
import { sqlServerFields } from './sql-server.ts';

const READERS = [resticFields, sqlServerFields, robocopyFields];

/** What the log of a known program says, null for any other. The text is whatever somebody sent: nothing of it is believed. */
export function logFieldsOf(excerpt: string): LogFields | null {
  const lines = linesOf(excerpt);
  for (const read of READERS) {
    const fields = read(lines);
    if (fields === null) continue;
    // The last word on ranges has the schema that the API promises.
    const checked = LogFields.safeParse(fields);
    return checked.success ? checked.data : null;
  }
  return null;
}
