import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseCalendarDuration as span } from '../../main/engine/base/duration.ts';
import type { SnapshotId } from '../../main/engine/base/ids.ts';
import { openKeyFile, parseKeyFile } from '../../main/engine/crypto/key-file.ts';
import { Sealer } from '../../main/engine/crypto/sealer.ts';
import { applyPolicy, type ForgetPolicy } from '../../main/engine/maintenance/forget-policy.ts';
import { groupSnapshots } from '../../main/engine/snapshot/grouping.ts';
import { encodeSnapshot, type Snapshot, type StoredSnapshot } from '../../main/engine/snapshot/snapshot.ts';
import { initFolder } from '../support/repositories.ts';
import { describeWithRestic, restic, scratchFolder } from '../support/restic.ts';
import { makeSnapshot } from '../support/snapshots.ts';

/** Hours before the newest one: dense at first, then days, weeks and months. Two snapshots are exactly a day apart. */
const AGES_HOURS = [
  0, 0.2, 0.9, 1.5, 2, 5, 23, 24, 24.5, 30, 47, 48, 60, 72, 96, 120, 121, 144, 168, 200, 240, 336, 400, 504, 720, 744,
  1000, 1440, 1500, 2160, 2200, 3000, 4380, 5000, 6570, 8760, 8761, 12_000, 17_520, 20_000, 26_280,
];
const NEWEST_MS = Date.parse('2026-01-04T22:30:00Z');
const OFFSETS = ['Z', '+05:30', '-08:00', '+13:00'];
const TAGS = [[], ['a'], ['a', 'b'], ['b', 'keep me']];

const POLICIES: readonly (readonly [string, ForgetPolicy])[] = [
  ['--keep-last 3', { keep: { last: 3 } }],
  ['--keep-hourly 6', { keep: { hourly: 6 } }],
  ['--keep-daily 7', { keep: { daily: 7 } }],
  ['--keep-weekly 60', { keep: { weekly: 60 } }],
  ['--keep-monthly 5 --keep-yearly 2', { keep: { monthly: 5, yearly: 2 } }],
  [
    '--keep-last 2 --keep-hourly 3 --keep-daily 4 --keep-weekly 5 --keep-monthly 6 --keep-yearly 7',
    { keep: { last: 2, hourly: 3, daily: 4, weekly: 5, monthly: 6, yearly: 7 } },
  ],
  ['--keep-within 1d', { within: span('1d') }],
  ['--keep-within 1y1m', { within: span('1y1m') }],
  [
    '--keep-within-hourly 2d --keep-within-daily 1m --keep-within-weekly 3m',
    { withinPeriod: { hourly: span('2d'), daily: span('1m'), weekly: span('3m') } },
  ],
  [
    '--keep-within-monthly 1y --keep-within-yearly 10y --keep-within 3h',
    { withinPeriod: { monthly: span('1y'), yearly: span('10y') }, within: span('3h') },
  ],
  ['--keep-tag a,b --keep-tag b', { keepTags: [['a', 'b'], ['b']] }],
  ['--keep-tag a --keep-daily 2 --keep-within 50h', { keepTags: [['a']], keep: { daily: 2 }, within: span('50h') }],
];

interface ResticForget {
  readonly keep: readonly { readonly id: string }[];
  readonly remove: readonly { readonly id: string }[] | null;
  readonly reasons: readonly {
    readonly snapshot: { readonly id: string };
    readonly matches: readonly string[];
    readonly counters: Readonly<Record<string, number>>;
  }[];
}

/** Writes snapshot files into a version 1 repository, which stores them sealed and uncompressed. */
async function saveSnapshots(repository: string, snapshots: readonly Snapshot[]): Promise<StoredSnapshot[]> {
  const [keyName = ''] = readdirSync(join(repository, 'keys'));
  const key = parseKeyFile(readFileSync(join(repository, 'keys', keyName)));
  const sealer = new Sealer(await openKeyFile(key, 'password'));
  return snapshots.map((snapshot) => {
    const sealed = sealer.seal(encodeSnapshot(snapshot));
    const id = createHash('sha256').update(sealed).digest('hex') as SnapshotId;
    writeFileSync(join(repository, 'snapshots', id), sealed);
    return { ...snapshot, id };
  });
}

function historyOfOneSource(): Snapshot[] {
  return AGES_HOURS.map((age, index) => {
    const offset = OFFSETS[index % OFFSETS.length] ?? 'Z';
    const offsetMs =
      offset === 'Z' ? 0 : Date.parse('1970-01-01T00:00:00Z') - Date.parse(`1970-01-01T00:00:00${offset}`);
    const wallClock = new Date(NEWEST_MS - age * 3_600_000 + offsetMs).toISOString().replace('Z', offset);
    return makeSnapshot(wallClock, { tags: TAGS[index % TAGS.length] ?? [] });
  });
}

describeWithRestic('forget decides as restic does', () => {
  const scratch = scratchFolder();
  const repository = join(scratch.path, 'repo');
  let snapshots: StoredSnapshot[] = [];
  let version = [0, 0];

  beforeAll(async () => {
    const { stdout } = await restic(repository, ['version']);
    version = (/(\d+)\.(\d+)/.exec(stdout) ?? []).slice(1).map(Number);
    await (await initFolder(repository, 1)).close();
    const other = makeSnapshot('2025-12-24T18:00:00Z', { hostname: 'other', paths: ['/b', '/a'] });
    snapshots = await saveSnapshots(repository, [...historyOfOneSource(), other]);
  });
  afterAll(() => scratch.remove());

  it.each(POLICIES)('with %s', async (options, policy) => {
    // A zone of its own: Go subtracts months in the local zone where that has the snapshot's offset.
    const args = ['forget', '--dry-run', '--json', '--no-lock', '--host', 'host', ...options.split(' ')];
    const { stdout } = await restic(repository, args, { env: { TZ: 'UTC' } });
    const [expected] = JSON.parse(stdout) as [ResticForget];

    const [major = 0, minor = 0] = version;
    const keepOldest = major > 0 || minor >= 16;
    const group = groupSnapshots(snapshots).find(({ key }) => key.hostname === 'host');
    const plan = applyPolicy(group?.snapshots ?? [], policy, { keepOldest });

    expect(plan.remove.map(({ id }) => id)).toEqual((expected.remove ?? []).map(({ id }) => id));
    expect(plan.keep.map(({ snapshot, reasons }) => [snapshot.id, reasons])).toEqual(
      expected.keep.map(({ id }, index) => [id, expected.reasons[index]?.matches]),
    );
    // Restic omits counters that are zero.
    const counters = plan.keep.map((kept) =>
      Object.fromEntries(Object.entries(kept.counters).filter(([, left]) => left !== 0)),
    );
    expect(counters).toEqual(expected.reasons.map((reason) => reason.counters));
    expect(plan.keep.length + plan.remove.length).toBe(AGES_HOURS.length);
  });

  it('groups as restic does', async () => {
    const { stdout } = await restic(repository, ['snapshots', '--json', '--no-lock', '--group-by', 'host,paths,tags']);
    const groups = JSON.parse(stdout) as { group_key: unknown; snapshots: { id: string }[] }[];
    const theirs = groups.map((group) => [JSON.stringify(group.group_key), group.snapshots.map(({ id }) => id).sort()]);
    const ours = groupSnapshots(snapshots, { host: true, paths: true, tags: true }).map((group) => [
      group.keyJson,
      group.snapshots.map(({ id }) => id).sort(),
    ]);
    expect(new Map(ours as [string, string[]][])).toEqual(new Map(theirs as [string, string[]][]));
  });
});
