import { EngineError } from '../base/errors.ts';
import { shortId, type SnapshotId } from '../base/ids.ts';
import { parseTime } from '../base/rfc3339.ts';

/** The tag of a snapshot that nobody may remove yet; an RFC 3339 time follows. */
export const IMMUTABLE_TAG = 'guardit-immutable-until:';

/** Why a snapshot may not be removed now. */
export interface Protection {
  /** The tag that says so; of several the one that lasts longest. */
  readonly tag: string;
  /** As the tag has it; null where the tag's time can't be read: then it protects for ever, since nobody knows for how long it should. */
  readonly until: string | null;
  readonly untilNs: bigint;
}

interface Tagged {
  readonly tags: readonly string[];
}

/** Longer than any time that a tag can name. */
const FOR_EVER_NS = 2n ** 80n;

/** The protection that lasts longest; undefined when there is none, or it is over. `nowNs`: nanoseconds since 1970. */
export function protectionOf({ tags }: Tagged, nowNs: bigint = currentNs()): Protection | undefined {
  let longest: Protection | undefined;
  for (const tag of tags) {
    if (!tag.startsWith(IMMUTABLE_TAG)) continue;
    const protection = readTag(tag);
    if (protection.untilNs > (longest?.untilNs ?? nowNs)) longest = protection;
  }
  return longest;
}

/** For people: `immutable until 2027-01-01T00:00:00Z`. */
export function describeProtection({ tag, until }: Protection): string {
  return until === null ? `immutable: the time in its tag "${tag}" can't be read` : `immutable until ${until}`;
}

/** Throws `refused` for a snapshot that is protected now. */
export function refuseRemoval(snapshot: Tagged & { readonly id: SnapshotId }, nowNs?: bigint): void {
  const protection = protectionOf(snapshot, nowNs);
  if (protection === undefined) return;
  const id = shortId(snapshot.id);
  const message = `Snapshot ${id} is not removed, it is ${describeProtection(protection)}. Nothing was changed.`;
  throw new EngineError('refused', message, { context: { snapshotId: snapshot.id, immutableUntil: protection.until } });
}

/** Throws `refused` when other tags would end a snapshot's protection earlier than it ends now. */
export function refuseWeakening(
  snapshot: Tagged & { readonly id: SnapshotId },
  tags: readonly string[],
  nowNs?: bigint,
): void {
  const before = protectionOf(snapshot, nowNs);
  if (before === undefined) return;
  const after = protectionOf({ tags }, nowNs);
  if (after !== undefined && after.untilNs >= before.untilNs) return;
  const id = shortId(snapshot.id);
  const message =
    `The tags of snapshot ${id} are not changed like that: it is ${describeProtection(before)}, ` +
    'which can be extended but neither removed nor shortened.';
  throw new EngineError('refused', message, { context: { snapshotId: snapshot.id, immutableUntil: before.until } });
}

/** Throws `invalid_argument` for a tag that would protect for ever by mistake. */
export function checkNewTags(tags: readonly string[]): void {
  const bad = tags.find((tag) => tag.startsWith(IMMUTABLE_TAG) && readTag(tag).until === null);
  if (bad === undefined) return;
  const message = `The tag "${bad}" has no time that can be read. Write for example ${IMMUTABLE_TAG}2027-01-31T00:00:00Z.`;
  throw new EngineError('invalid_argument', message);
}

function readTag(tag: string): Protection {
  const until = tag.slice(IMMUTABLE_TAG.length);
  try {
    return { tag, until, untilNs: parseTime(until).epochNs };
  } catch {
    return { tag, until: null, untilNs: FOR_EVER_NS };
  }
}

function currentNs(): bigint {
  return BigInt(Date.now()) * 1_000_000n;
}
