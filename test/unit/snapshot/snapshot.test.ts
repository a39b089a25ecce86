import { describe, expect, it } from 'vitest';
import type { SnapshotId } from '../../../main/engine/base/ids.ts';
import { checkTime } from '../../../main/engine/base/rfc3339.ts';
import { groupSnapshots, parseGroupBy } from '../../../main/engine/snapshot/grouping.ts';
import { filterSnapshots, latestSnapshot, selectParent } from '../../../main/engine/snapshot/snapshot-filter.ts';
import { decodeSnapshot, encodeSnapshot } from '../../../main/engine/snapshot/snapshot.ts';
import { EMPTY_TREE, makeSnapshot } from '../../support/snapshots.ts';

const ID = 'cd'.repeat(32) as SnapshotId;

function decode(json: string) {
  return decodeSnapshot(Buffer.from(json), ID);
}

const MINIMAL = `{"time":"2026-01-02T03:04:05.6+01:00","tree":"${EMPTY_TREE}","paths":["/a"]}`;
const FULL =
  `{"time":"2026-01-02T03:04:05.6+01:00","parent":"${ID}","tree":"${EMPTY_TREE}","paths":["/a","C:\\\\b \\u0026 c"],` +
  `"hostname":"h","username":"DOM\\\\u","uid":1000,"gid":4294967295,"excludes":["*.o"],"tags":["x","y"],"original":"${ID}",` +
  `"program_version":"restic 0.18.1","summary":{"backup_start":"2026-01-02T03:04:05Z","backup_end":"2026-01-02T03:04:06Z",` +
  `"files_new":1,"files_changed":2,"files_unmodified":3,"dirs_new":4,"dirs_changed":5,"dirs_unmodified":6,"data_blobs":7,` +
  `"tree_blobs":8,"data_added":9,"data_added_packed":10,"total_files_processed":11,"total_bytes_processed":12}}`;

describe('snapshot files', () => {
  it.each([MINIMAL, FULL])('are written as they were read: %s', (json) => {
    expect(encodeSnapshot(decode(json)).toString()).toBe(json);
  });

  it('carry their id only beside the content', () => {
    expect(decode(MINIMAL)).toMatchObject({ id: ID, hostname: '', uid: 0, tags: [], summary: undefined });
  });

  it('may hold unknown fields and nulls', () => {
    const json = MINIMAL.replace('{', '{"label":"x","tags":null,"parent":null,"delete":{"a":1},"__proto__":{"b":2},');
    expect(encodeSnapshot(decode(json)).toString()).toBe(MINIMAL);
    expect({}).not.toHaveProperty('b');
  });

  it.each([
    ['no JSON', '{'],
    ['no object', 'null'],
    ['no time', MINIMAL.replace('time', 'tame')],
    ['a bad time', MINIMAL.replace('+01:00', '')],
    ['a null tree', MINIMAL.replace(`"${EMPTY_TREE}"`, 'null')],
    ['a short tree id', MINIMAL.replace(EMPTY_TREE, 'abcd')],
    ['a negative uid', FULL.replace('1000', '-1')],
    ['a gid beyond 32 bits', FULL.replace('4294967295', '4294967296')],
    ['a path that is no string', MINIMAL.replace('"/a"', '1')],
    ['a bad parent', FULL.replace(ID, 'xyz')],
    ['a bad count', FULL.replace('"files_new":1', '"files_new":-1')],
  ])('are corrupt with %s', (_, json) => {
    expect(() => decode(json)).toThrow(
      expect.objectContaining({ code: 'corrupt', message: expect.stringContaining(ID), context: { snapshotId: ID } }),
    );
  });
});

const a1 = makeSnapshot('2026-01-01T00:00:00Z', { hostname: 'a', paths: ['/x', '/y'], tags: ['daily'] });
const a2 = makeSnapshot('2026-01-02T00:00:00+05:00', { hostname: 'a', paths: ['/y', '/x'], tags: ['daily', 'db'] });
const a3 = makeSnapshot('2026-01-03T00:00:00Z', { hostname: 'a', paths: ['/x'] });
const b1 = makeSnapshot('2026-01-01T23:00:00Z', { hostname: 'b', paths: ['/x'], tags: ['db'] });
const all = [a1, a2, a3, b1];

describe('filters', () => {
  it('sort by instant, newest first, whatever the offset', () => {
    expect(filterSnapshots(all, {})).toEqual([a3, b1, a2, a1]);
  });

  it('ask for one of the hosts, all of the paths and one of the tag lists', () => {
    expect(filterSnapshots(all, { hosts: ['a', 'c'] })).toEqual([a3, a2, a1]);
    expect(filterSnapshots(all, { paths: ['/x', '/y'] })).toEqual([a2, a1]);
    expect(filterSnapshots(all, { tagLists: [['daily', 'db']] })).toEqual([a2]);
    expect(filterSnapshots(all, { tagLists: [['daily'], ['db']] })).toEqual([b1, a2, a1]);
    expect(filterSnapshots(all, { tagLists: [['']] })).toEqual([a3]);
    expect(filterSnapshots(all, { hosts: ['b'], paths: ['/y'] })).toEqual([]);
  });

  it('find the latest, or say that there is none', () => {
    expect(latestSnapshot(all, { tagLists: [['db']] })).toBe(b1);
    expect(() => latestSnapshot(all, { hosts: ['z'] })).toThrow(
      expect.objectContaining({ code: 'snapshot_not_found' }),
    );
  });
});

describe('selectParent', () => {
  const query = { hostname: 'a', targets: ['/x'], time: checkTime('2026-01-02T12:00:00Z') };

  it('takes the newest of the host that has all targets and is not from the future', () => {
    expect(selectParent(all, query)).toBe(a2);
    expect(selectParent(all, { ...query, time: a3.time })).toBe(a3);
    expect(selectParent(all, { ...query, time: a3.time, targets: ['/y', '/x'] })).toBe(a2);
    expect(selectParent(all, { ...query, targets: ['/z'] })).toBeUndefined();
    expect(selectParent(all, { ...query, hostname: 'c' })).toBeUndefined();
    expect(selectParent(all, { ...query, time: checkTime('2025-01-01T00:00:00Z') })).toBeUndefined();
  });

  it('follows the grouping', () => {
    expect(selectParent(all, { ...query, groupBy: { paths: true } })).toBe(b1);
    expect(selectParent(all, { ...query, hostname: 'b', targets: ['/y'], groupBy: { host: true } })).toBe(b1);
    const groupBy = { host: true, tags: true };
    expect(selectParent(all, { ...query, time: a3.time, groupBy, tags: ['daily'] })).toBe(a2);
  });
});

describe('groups', () => {
  it('take host and paths, whose order does not matter', () => {
    const groups = groupSnapshots(all);
    expect(groups.map(({ keyJson }) => keyJson)).toEqual([
      '{"hostname":"a","paths":["/x"],"tags":null}',
      '{"hostname":"b","paths":["/x"],"tags":null}',
      '{"hostname":"a","paths":["/x","/y"],"tags":null}',
    ]);
    expect(groups[2]?.snapshots).toEqual([a2, a1]);
  });

  it('can take tags, or nothing', () => {
    expect(groupSnapshots(all, { tags: true }).map(({ keyJson }) => keyJson)).toEqual([
      '{"hostname":"","paths":null,"tags":null}',
      '{"hostname":"","paths":null,"tags":["db"]}',
      '{"hostname":"","paths":null,"tags":["daily","db"]}',
      '{"hostname":"","paths":null,"tags":["daily"]}',
    ]);
    expect(groupSnapshots(all, parseGroupBy(''))).toHaveLength(1);
  });

  it('are asked for by words', () => {
    expect(parseGroupBy('host, path')).toEqual({ host: true, paths: true, tags: false });
    for (const text of ['user', 'constructor', 'host;tags']) {
      expect(() => parseGroupBy(text)).toThrow(expect.objectContaining({ code: 'invalid_argument' }));
    }
  });
});
