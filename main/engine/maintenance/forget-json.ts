import { shortId } from '../base/ids.ts';
import type { JsonValue } from '../snapshot/go-json.ts';
import { encodeSnapshot, type StoredSnapshot } from '../snapshot/snapshot.ts';
import type { ForgetGroup } from './forget.ts';

/** The groups as `restic forget --json` prints them; print with `goJson`. */
export function forgetGroupsJson(groups: readonly ForgetGroup[]): JsonValue {
  return groups.map((group) => ({
    tags: group.tags === null ? null : [...group.tags],
    host: group.host,
    paths: group.paths === null ? null : [...group.paths],
    keep: listOrNull(group.keep.map(({ snapshot }) => withId(snapshot))),
    remove: listOrNull(group.remove.map(withId)),
    reasons: listOrNull(
      group.keep.map(({ snapshot, reasons, counters }) => ({
        snapshot: fieldsOf(snapshot),
        matches: [...reasons],
        counters: Object.fromEntries(Object.entries(counters).filter(([, left]) => left !== 0)),
      })),
    ),
  }));
}

function withId(snapshot: StoredSnapshot): JsonValue {
  return { ...fieldsOf(snapshot), id: snapshot.id, short_id: shortId(snapshot.id) };
}

function fieldsOf(snapshot: StoredSnapshot): { [key: string]: JsonValue } {
  // The encoder wrote this object itself a moment ago.
  return JSON.parse(encodeSnapshot(snapshot).toString()) as { [key: string]: JsonValue };
}

/** Go prints a list that nothing was added to as null. */
function listOrNull(list: JsonValue[]): JsonValue {
  return list.length === 0 ? null : list;
}
