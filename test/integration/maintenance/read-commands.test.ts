import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RawPath } from '../../../main/engine/base/raw-path.ts';
import { diffSnapshots, type DiffChange } from '../../../main/engine/maintenance/diff.ts';
import { findObjects, type FindObjectsOptions } from '../../../main/engine/maintenance/find-objects.ts';
import { findInSnapshots, type FindOptions } from '../../../main/engine/maintenance/find.ts';
import { listSnapshot, type ListSnapshotOptions } from '../../../main/engine/maintenance/list-snapshot.ts';
import {
  diffChangeJson,
  diffStatisticsJson,
  foundNodeJson,
  foundObjectJson,
  listedNodeJson,
  statsJson,
} from '../../../main/engine/maintenance/restic-json.ts';
import { repositoryStats, type StatsMode } from '../../../main/engine/maintenance/stats.ts';
import type { Repository } from '../../../main/engine/repository/repository.ts';
import { goJson } from '../../../main/engine/snapshot/go-json.ts';
import { listSnapshots } from '../../../main/engine/snapshot/snapshot-store.ts';
import { makeFixtureTree } from '../../support/fixture-tree.ts';
import { initFolder, objectsIn } from '../../support/repositories.ts';
import { describeWithRestic, restic, scratchFolder } from '../../support/restic.ts';

type Json = Record<string, unknown>;

const scratch = scratchFolder();
const location = join(scratch.path, 'repo');
const source = join(scratch.path, 'source');
let repository: Repository;
/** Oldest first. */
let ids: string[];

/** The same values through JSON, as restic printed them: exact for what is below 2^53, which ids of inodes here are. */
const plain = (value: Parameters<typeof goJson>[0]) => JSON.parse(goJson(value)) as Json;

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

function changeSource(): void {
  const at = (path: string) => join(source, path);
  appendFileSync(at('contents/text'), 'more');
  rmSync(at('contents/one-byte'));
  mkdirSync(at('contents/one-byte'));
  writeFileSync(at('contents/one-byte/inside'), 'a folder where a file was');
  rmSync(at('links'), { recursive: true });
  symlinkSync('nowhere', at('links'));
  mkdirSync(at('new/deep/er'), { recursive: true });
  writeFileSync(at('new/deep/er/file'), 'new');
  symlinkSync('file', at('new/deep/er/link'));
  chmodSync(at('folders/many/file-1'), 0o600);
  utimesSync(at('folders/many/file-2'), 1e9, 1e9);
  renameSync(at('contents/zeros'), at('contents/zeros-too'));
}

describeWithRestic('compared with restic', () => {
  beforeAll(async () => {
    makeFixtureTree(source, { small: true });
    repository = await initFolder(location);
    await restic(location, ['backup', '--quiet', '--host', 'one', '--tag', 'a', 'source'], { cwd: scratch.path });
    changeSource();
    await restic(location, ['backup', '--quiet', '--host', 'two', source]);
    writeFileSync(join(source, 'last'), 'last');
    await restic(location, ['backup', '--quiet', '--host', 'two', '--compression', 'off', source]);
    ids = (await listSnapshots(repository)).map(({ id }) => id).reverse();
  });
  afterAll(async () => {
    await repository.close();
    scratch.remove();
  });

  describe('ls', () => {
    const cases: [string, string[], ListSnapshotOptions][] = [
      ['everything', [], {}],
      ['one folder', ['/source/contents'], { folders: ['/source/contents'] }],
      ['two folders', ['/source/folders', '/source/links'], { folders: ['/source/folders/', '/source/links'] }],
      ['a folder and all below', ['--recursive', '/source/folders'], { folders: ['/source/folders'], recursive: true }],
      ['a file', ['/source/contents/text'], { folders: ['/source/contents/text'] }],
      ['nothing', ['/source/absent'], { folders: ['/source/absent'] }],
      ['the root', ['/'], { folders: ['/'] }],
    ];
    it.each(cases)('lists %s', async (_name, args, options) => {
      const flags = args.filter((arg) => arg.startsWith('--'));
      const folders = args.filter((arg) => !arg.startsWith('--'));
      const { stdout } = await restic(location, ['ls', '--json', ...flags, ids[0]!, ...folders]);
      const [head, ...theirs] = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Json);
      let snapshot: unknown;
      const onSnapshot = ({ id }: { id: string }) => (snapshot = id);
      const listed = await collect(listSnapshot(repository, ids[0]!, { ...options, onSnapshot, lock: 'none' }));
      // Fields that later versions of restic add.
      const ours = listed.map(({ path, node }) => {
        const { inode: _inode, message_type: _type, ...fields } = plain(listedNodeJson(path, node));
        return fields;
      });
      expect(ours).toEqual(theirs);
      expect(snapshot).toBe(head?.['id']);
    });
  });

  describe('find', () => {
    const cases: [string, string[], FindOptions][] = [
      ['a name', ['text'], { patterns: ['text'] }],
      ['a glob', ['file-1*'], { patterns: ['file-1*'] }],
      ['several globs', ['*512k*', 'to-*'], { patterns: ['*512k*', 'to-*'] }],
      ['a folder with all that is in it', ['many'], { patterns: ['many'] }],
      ['part of a path', ['many/file-2*'], { patterns: ['many/file-2*'] }],
      ['any depth', ['source/**/file'], { patterns: ['source/**/file'] }],
      ['any case', ['-i', 'TEXT'], { patterns: ['TEXT'], ignoreCase: true }],
      ['nothing', ['absent'], { patterns: ['absent'] }],
      ['one host', ['--host', 'one', 'text'], { patterns: ['text'], filter: { hosts: ['one'] } }],
      ['one tag', ['--tag', 'a', 'text'], { patterns: ['text'], filter: { tagLists: [['a']] } }],
      [
        'a span of time',
        ['-O', '2020-01-01 00:00:00 +0000', '-N', '2022-01-01 00:00:00 +0000', '*'],
        { patterns: ['*'], oldestNs: 1_577_836_800_000_000_000n, newestNs: 1_640_995_200_000_000_000n },
      ],
    ];
    it.each(cases)('finds %s', async (_name, args, options) => {
      const { stdout } = await restic(location, ['find', '--json', ...args]);
      const theirs = JSON.parse(stdout) as { snapshot: string; matches: Json[] }[];
      const ours = new Map<string, Json[]>();
      for await (const { snapshot, path, node } of findInSnapshots(repository, { ...options, lock: 'none' })) {
        ours.set(snapshot.id, [...(ours.get(snapshot.id) ?? []), plain(foundNodeJson(path, node))]);
      }
      expect(ours).toEqual(new Map(theirs.map(({ snapshot, matches }) => [snapshot, matches])));
      // Oldest first.
      expect([...ours.keys()]).toEqual(ids.filter((id) => ours.has(id)));
    });

    it('finds in the snapshots it is given, in their order', async () => {
      const [first, , third] = ids;
      const found = findInSnapshots(repository, {
        patterns: ['last', 'text'],
        snapshots: ['latest', first!.slice(0, 8)],
      });
      expect((await collect(found)).map(({ snapshot, node }) => [snapshot.id, node.name])).toEqual([
        [third, 'text'],
        [third, 'last'],
        [first, 'text'],
      ]);
      expect(objectsIn(location, 'locks')).toEqual([]);
    });
  });

  describe('find by ids', () => {
    // Restic names a file once for each place of a blob in it, which for a sparse file may be a million times.
    const sorted = (objects: Json[]) => [...new Set(objects.map((object) => JSON.stringify(object)))].sort();

    async function compare(args: string[], options: FindObjectsOptions): Promise<number> {
      const { stdout } = await restic(location, ['find', '--json', ...args]);
      const theirs = JSON.parse(stdout) as Json[];
      const ours = (await collect(findObjects(repository, { ...options, lock: 'none' }))).map((found) =>
        plain(foundObjectJson(found)),
      );
      expect(sorted(ours)).toEqual(sorted(theirs));
      return ours.length;
    }

    it('finds where blobs are needed, by whole and short ids', async () => {
      const { stdout } = await restic(location, ['list', 'blobs']);
      const blobs = stdout
        .split('\n')
        .filter((line) => line.startsWith('data'))
        .map((line) => line.slice(5))
        .slice(0, 12);
      expect(await compare(['--blob', ...blobs], { blobs })).toBeGreaterThan(12);
      expect(await compare(['--blob', blobs[0]!.slice(0, 8)], { blobs: [blobs[0]!.slice(0, 8)] })).toBeGreaterThan(0);
    });

    it('finds which folder a tree is', async () => {
      const { stdout } = await restic(location, ['cat', 'snapshot', ids[0]!]);
      const root = (JSON.parse(stdout) as { tree: string }).tree;
      const tree = JSON.parse((await restic(location, ['cat', 'blob', root])).stdout) as {
        nodes: { subtree: string }[];
      };
      const id = tree.nodes[0]!.subtree;
      // It stops at the first match when it has one for each id; we name every snapshot.
      const found = await collect(findObjects(repository, { trees: [id], snapshots: [ids[0]!] }));
      const { stdout: theirs } = await restic(location, ['find', '--json', '--tree', '--snapshot', ids[0]!, id]);
      expect(found.map((object) => plain(foundObjectJson(object)))).toEqual(JSON.parse(theirs));
    });

    it('finds what needs a pack', async () => {
      const { stdout } = await restic(location, ['list', 'packs']);
      for (const pack of stdout.trim().split('\n')) {
        const { stdout: theirs } = await restic(location, ['find', '--json', '--pack', pack]);
        const ours = await collect(findObjects(repository, { packs: [pack.slice(0, 10)], lock: 'none' }));
        const blobs = ours.filter(({ type }) => type === 'blob').map((found) => plain(foundObjectJson(found)));
        // Restic 0.14 takes the pack's trees for data too, and so finds a file that looks like one.
        const isBlob = (found: Json) => !String(found['path']).endsWith('tree-lookalike');
        expect(sorted(blobs.filter(isBlob))).toEqual(sorted((JSON.parse(theirs) as Json[]).filter(isBlob)));
        expect(ours.every(({ packId }) => packId === pack)).toBe(true);
      }
    });
  });

  describe('diff', () => {
    const run = async (from: string, to: string, metadata: boolean) => {
      const changes: DiffChange[] = [];
      const result = await diffSnapshots(repository, from, to, {
        metadata,
        lock: 'none',
        onChange: (change) => changes.push(change),
      });
      return [...changes.map((change) => plain(diffChangeJson(change))), plain(diffStatisticsJson(result, from, to))];
    };
    it.each([
      [0, 1, false],
      [0, 1, true],
      [1, 0, true],
      [1, 2, true],
      [2, 2, true],
    ])('from snapshot %i to %i, metadata %s', async (from, to, metadata) => {
      const flags = metadata ? ['--metadata'] : [];
      const { stdout } = await restic(location, ['diff', '--json', ...flags, ids[from]!, ids[to]!]);
      const theirs = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Json);
      const ours = await run(ids[from]!, ids[to]!, metadata);
      expect(ours.at(-1)).toEqual(theirs.at(-1));
      expect(ours).toEqual(theirs);
    });

    it('compares subfolders', async () => {
      // Which restic 0.14 can't yet. The first backup was of a relative path, the second of an absolute one.
      const paths: RawPath[] = [];
      const result = await diffSnapshots(repository, `${ids[0]}:source/contents`, `${ids[1]}:${source}/contents`, {
        onChange: ({ path, modifier }) => paths.push(`${modifier} ${String(path)}`),
      });
      expect(paths).toEqual(['T /one-byte/', 'M /text', '- /zeros', '+ /zeros-too']);
      expect(result).toMatchObject({ changedFiles: 1, added: { files: 1 }, removed: { files: 1 } });
    });
  });

  describe('stats', () => {
    it.each<[StatsMode, string[]]>([
      ['restore-size', []],
      ['restore-size', ['latest']],
      ['files-by-contents', []],
      ['blobs-per-file', []],
      ['blobs-per-file', ['latest']],
      ['raw-data', []],
      ['raw-data', ['latest']],
    ])('counts %s of %j', async (mode, snapshots) => {
      const { stdout } = await restic(location, ['stats', '--json', '--mode', mode, ...snapshots]);
      const theirs = JSON.parse(stdout) as Json;
      const ours = plain(statsJson(await repositoryStats(repository, { mode, snapshots, lock: 'none' })));
      // Restic 0.14 prints a count of zero where its successors print none.
      expect({ total_file_count: 0, ...ours }).toMatchObject(theirs);
      if (mode !== 'raw-data') return;
      expect(ours['compression_ratio']).toBeGreaterThan(1);
      expect(ours['total_uncompressed_size']).toBeGreaterThan(ours['total_size'] as number);
      expect(ours['compression_progress']).toBeLessThan(100);
    });
  });
});
