import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { jsonLines, summaryOf, type JsonRecord } from '../../support/json-lines.ts';
import { guardit } from '../../support/processes.ts';
import { initFolder, objectsIn } from '../../support/repositories.ts';
import { describeWithRestic, restic, scratchFolder } from '../../support/restic.ts';

vi.setConfig({ testTimeout: 120_000 });

const scratch = scratchFolder('guardit-verbs-');
const repository = join(scratch.path, 'repository');
const source = join(scratch.path, 'source');
const ids: string[] = [];

async function backup(...args: readonly string[]): Promise<JsonRecord> {
  const summary = summaryOf((await guardit('backup', repository, ['--json', ...args])).stdout);
  ids.push(summary['snapshot_id'] as string);
  return summary;
}

const oneLine = async (verb: string, args: readonly string[] = []) => {
  const lines = (await guardit(verb, repository, [...args, '--json'])).stdout.trim().split('\n');
  expect(lines).toHaveLength(1);
  return JSON.parse(lines[0] ?? '') as unknown;
};

/** Three snapshots: of a folder, of the same with changes, and of a stream. */
beforeAll(async () => {
  mkdirSync(join(source, 'folder'), { recursive: true });
  writeFileSync(join(source, 'same'), 'the same in both');
  writeFileSync(join(source, 'changes'), 'first content');
  writeFileSync(join(source, 'folder', 'goes'), Buffer.alloc(100_000, 'goes'));
  await (await initFolder(repository)).close();
  await backup(source, '--tag', 'one,first', '--host', 'alpha');
  writeFileSync(join(source, 'changes'), 'second, longer content');
  rmSync(join(source, 'folder', 'goes'));
  writeFileSync(join(source, 'folder', 'comes'), 'new');
  await backup(source, '--tag', 'two', '--host', 'alpha');
  const piped = await guardit(
    'backup',
    repository,
    ['--stdin', '--stdin-filename', 'stream.sql', '--host', 'beta', '--json'],
    {
      input: 'what came through the pipe',
    },
  );
  ids.push(summaryOf(piped.stdout)['snapshot_id'] as string);
}, 120_000);
afterAll(() => scratch.remove());

describe('backup', () => {
  test('has the fields of restic’s summary', async () => {
    const { stdout } = await guardit('backup', repository, [source, '--dry-run', '--json', '--host', 'alpha', '-vv']);
    const lines = jsonLines(stdout);
    expect(lines.at(-1)).toMatchObject({
      message_type: 'summary',
      files_new: 0,
      files_changed: 0,
      files_unmodified: 3,
      data_blobs: 0,
      total_files_processed: 3,
      total_bytes_processed: 41,
      total_duration: expect.any(Number) as number,
      dry_run: true,
    });
    expect(lines.filter((line) => line['message_type'] === 'verbose_status')).toContainEqual({
      message_type: 'verbose_status',
      action: 'unchanged',
      item: join(source, 'changes'),
      data_size: 22,
    });
    const kinds = new Set(lines.map((line) => line['message_type']));
    expect([...kinds].sort()).toEqual(['status', 'summary', 'verbose_status']);
    expect(objectsIn(repository, 'snapshots')).toHaveLength(3);
  });

  test('leaves out what excludes, lists and limits say', async () => {
    const list = join(scratch.path, 'list');
    writeFileSync(list, `${source}/sa*\n${source}/fol*\n`);
    const args = ['--files-from', list, '--exclude', 'comes', '--exclude-larger-than', '1k', '--dry-run'];
    expect(await backup(...args)).toMatchObject({ files_new: 1, total_files_processed: 1 });
    ids.pop();
  });
});

describe('restore', () => {
  test('brings files back, resumes, obeys its policies and deletes only when told', async () => {
    const target = join(scratch.path, 'restored');
    const restore = async (...args: readonly string[]) =>
      summaryOf(
        (await guardit('restore', repository, [`${ids[1]}:${source.slice(1)}`, '--target', target, '--json', ...args]))
          .stdout,
      );
    expect(await restore('--dry-run')).toMatchObject({ total_files: 4, dry_run: true });
    expect(existsSync(target)).toBe(false);
    expect(await restore('--verify')).toMatchObject({ total_files: 4, files_restored: 4, files_verified: 3 });
    expect(readFileSync(join(target, 'changes'), 'utf8')).toBe('second, longer content');
    writeFileSync(join(target, 'changes'), 'edited');
    writeFileSync(join(target, 'extra'), '');
    expect(await restore('--overwrite', 'never')).toMatchObject({ files_skipped: 3 });
    expect(readFileSync(join(target, 'changes'), 'utf8')).toBe('edited');
    expect(await restore('--delete')).toMatchObject({ files_deleted: 1 });
    expect(readdirSync(target).sort()).toEqual(['changes', 'folder', 'same']);
    expect(readFileSync(join(target, 'changes'), 'utf8')).toBe('second, longer content');
  });

  test('takes patterns, but not both kinds, and needs a target', async () => {
    const target = join(scratch.path, 'partly');
    await guardit('restore', repository, ['latest', '--host', 'alpha', '-t', target, '--include', 'same', '-q']);
    expect(readdirSync(join(target, source))).toEqual(['same']);
    const both = ['latest', '-t', target, '--include', 'a', '--exclude', 'b'];
    expect((await guardit('restore', repository, both, { exitCode: 1 })).stderr).toContain('not both');
    expect((await guardit('restore', repository, ['latest'], { exitCode: 1 })).stderr).toContain('--target');
    const unknown = await guardit('restore', repository, ['0000', '-t', target], { exitCode: 1 });
    expect(unknown.stderr).toContain('No snapshot');
  });
});

describe('reading verbs', () => {
  test('dump writes files and archives', async () => {
    expect((await guardit('dump', repository, ['latest', '/stream.sql'])).stdout).toBe('what came through the pipe');
    const file = join(scratch.path, 'folder.zip');
    await guardit('dump', repository, [ids[1] ?? '', source, '--archive', 'zip', '--target', file]);
    expect(readFileSync(file).subarray(0, 2).toString()).toBe('PK');
    await guardit('dump', repository, ['latest', '/nowhere'], { exitCode: 1 });
  });

  test('people get tables and sentences', async () => {
    const { stdout } = await guardit('snapshots', repository, ['--host', 'alpha']);
    expect(stdout).toMatch(new RegExp(`^ID +Time +Host +Tags +Size +Paths\n-+\n${ids[0]?.slice(0, 8)} .*one,first`));
    expect(stdout).toContain('2 snapshots');
    const changes = await guardit('diff', repository, [ids[0] ?? '', ids[1] ?? '']);
    expect(changes.stdout).toContain(`M    ${source}/changes`);
    expect(changes.stdout).toMatch(/Files: +1 new, 1 removed, 1 changed/);
    const restored = join(scratch.path, 'told');
    const { stdout: told } = await guardit('restore', repository, [`${ids[1]}:${source.slice(1)}`, '-t', restored]);
    expect(told).toMatch(/^Restored 3 files and 1 folder \(\d+ B\) of snapshot /m);
  });
});

describeWithRestic('the same words as restic', () => {
  const fromRestic = async (...args: readonly string[]) => (await restic(repository, [...args, '--json'])).stdout;

  /** `ours` may say more, never less or otherwise. */
  const includes = (ours: unknown, theirs: unknown) => expect(ours).toMatchObject(theirs as object);

  /** restic prints some lists in the order of its hash maps. */
  const sortedBy = (records: readonly JsonRecord[], key: string) =>
    [...records].sort((a, b) => (JSON.stringify(a[key]) < JSON.stringify(b[key]) ? -1 : 1));

  test('snapshots, also in groups', async () => {
    includes(await oneLine('snapshots'), JSON.parse(await fromRestic('snapshots')));
    const grouped = (await oneLine('snapshots', ['--group-by', 'host'])) as JsonRecord[];
    const byHost = (groups: readonly JsonRecord[]) => sortedBy(groups, 'group_key');
    includes(byHost(grouped), byHost(JSON.parse(await fromRestic('snapshots', '--group-by', 'host')) as JsonRecord[]));
    expect(await oneLine('snapshots', ['--latest', '1'])).toHaveLength(2);
    expect(await oneLine('snapshots', ['--tag', 'two', '--tag', 'one,nosuch'])).toHaveLength(1);
  });

  test('ls', async () => {
    const ours = jsonLines((await guardit('ls', repository, [ids[0] ?? '', '--json'])).stdout);
    includes(ours, jsonLines(await fromRestic('ls', ids[0] ?? '')));
  });

  test('find, by name and by blob', async () => {
    const bySnapshot = (records: unknown) => sortedBy(records as JsonRecord[], 'snapshot');
    const named = JSON.parse(await fromRestic('find', 'chang*')) as unknown;
    expect(bySnapshot(await oneLine('find', ['chang*']))).toEqual(bySnapshot(named));
    expect(await oneLine('find', ['nothing like it'])).toEqual([]);
    const [first] = objectsIn(repository, 'index');
    const index = JSON.parse((await guardit('cat', repository, ['index', first ?? ''])).stdout) as {
      packs: { id: string; blobs: { id: string; type: string }[] }[];
    };
    const blob = index.packs.flatMap(({ blobs }) => blobs).find(({ type }) => type === 'data');
    const found = bySnapshot(await oneLine('find', ['--blob', blob?.id ?? '']));
    includes(found, bySnapshot(JSON.parse(await fromRestic('find', '--blob', blob?.id ?? ''))));
    expect(found.length).toBeGreaterThan(0);
  });

  test('diff', async () => {
    const [before = '', after = ''] = ids;
    const ours = jsonLines((await guardit('diff', repository, [before, after, '--json'])).stdout);
    const theirs = jsonLines(await fromRestic('diff', before, after));
    const sorted = (lines: readonly JsonRecord[]) => lines.map((line) => JSON.stringify(line)).sort();
    expect(sorted(ours.slice(0, -1))).toEqual(sorted(theirs.slice(0, -1)));
    const { source_snapshot: _source, target_snapshot: _target, ...statistics } = theirs.at(-1) ?? {};
    includes(ours.at(-1), { ...statistics, source_snapshot: before, target_snapshot: after });
  });

  test.each(['restore-size', 'files-by-contents', 'blobs-per-file', 'raw-data'])('stats in mode %s', async (mode) => {
    const { total_file_count: files, ...others } = JSON.parse(await fromRestic('stats', '--mode', mode)) as JsonRecord;
    const wanted = files === 0 ? others : { ...others, total_file_count: files };
    includes(await oneLine('stats', ['--mode', mode]), wanted);
  });

  test('key list, cat config', async () => {
    expect(await oneLine('key', ['list'])).toEqual(JSON.parse(await fromRestic('key', 'list')));
    expect(await oneLine('cat', ['config'])).toEqual(JSON.parse((await restic(repository, ['cat', 'config'])).stdout));
  });

  test('forget', async () => {
    const args = ['--keep-last', '1', '--keep-tag', 'one', '--dry-run'];
    const theirs = JSON.parse((await fromRestic('forget', ...args)).split('\n')[0] ?? '') as JsonRecord[];
    const ours = (await oneLine('forget', args)) as JsonRecord[];
    const byPaths = (groups: readonly JsonRecord[]) => sortedBy(groups, 'paths');
    includes(byPaths(ours), byPaths(theirs));
  });
});

describe('changing verbs', () => {
  test('tag, forget, prune, recover and check, one object a line', async () => {
    const tagged = jsonLines((await guardit('tag', repository, [ids[0] ?? '', '--add', 'kept', '--json'])).stdout);
    expect(tagged).toMatchObject([
      { message_type: 'changed', old_snapshot_id: ids[0], new_snapshot_id: expect.any(String) as string },
      { message_type: 'summary', changed_snapshots: 1 },
    ]);
    await guardit('forget', repository, [], { exitCode: 1 });
    await guardit('prune', repository, ['--no-lock'], { exitCode: 1 });
    await guardit('forget', repository, [tagged[0]?.['new_snapshot_id'] as string, '--json']);
    expect(objectsIn(repository, 'snapshots')).toHaveLength(2);

    const recovered = jsonLines((await guardit('recover', repository, ['--json'])).stdout);
    expect(recovered).toMatchObject([{ message_type: 'summary', unreferenced_roots: 1 }]);
    await guardit('forget', repository, ['latest']);

    const planned = summaryOf(
      (await guardit('prune', repository, ['--dry-run', '--json', '--max-unused', '0'])).stdout,
    );
    const pruned = summaryOf((await guardit('prune', repository, ['--json', '--max-unused', '0'])).stdout);
    expect(planned).toEqual({ ...pruned, dry_run: true });
    expect((pruned['blobs'] as JsonRecord)['remove_total']).toBeGreaterThan(0);
    expect(summaryOf((await guardit('check', repository, ['--read-data', '--json'])).stdout)).toMatchObject({
      num_errors: 0,
      broken_packs: null,
      suggest_repair_index: false,
      suggest_prune: false,
    });
  });

  test('copy goes to a second repository once', async () => {
    const second = join(scratch.path, 'second');
    await (await initFolder(second)).close();
    const copy = async () =>
      summaryOf(
        (
          await guardit('copy', second, ['--from-repo', repository, '--json'], {
            env: { RESTIC_FROM_PASSWORD: 'password' },
          })
        ).stdout,
      );
    expect(await copy()).toMatchObject({ snapshots_copied: 2, snapshots_skipped: 0 });
    expect(await copy()).toMatchObject({ snapshots_copied: 0, snapshots_skipped: 2, bytes_copied: 0 });
    expect((await guardit('dump', second, ['latest', '/stream.sql', '--host', 'beta'])).stdout).toContain('the pipe');
  });

  test('unlock removes stale locks only', async () => {
    expect(await oneLine('unlock')).toEqual({ message_type: 'summary', removed_locks: 0, ids: [] });
  });

  test('damage is named by check, and repaired in the steps that it advises', async () => {
    const broken = join(scratch.path, 'broken');
    await (await initFolder(broken)).close();
    await guardit('backup', broken, [source, '-q']);
    const packs = readdirSync(join(broken, 'data'), { recursive: true, encoding: 'utf8' }).filter(
      (name) => name.length > 60,
    );
    for (const name of packs) {
      const path = join(broken, 'data', name);
      const bytes = readFileSync(path);
      // The first blob's first byte after its random beginning.
      bytes[16] = (bytes[16] ?? 0) ^ 1;
      rmSync(path);
      writeFileSync(path, bytes);
    }
    const report = await guardit('check', broken, ['--read-data', '--json'], { exitCode: 1 });
    const { num_errors: errors, broken_packs: brokenPacks } = summaryOf(report.stdout);
    expect(errors).toBeGreaterThan(0);
    expect(brokenPacks).toHaveLength(packs.length);
    for (const line of jsonLines(report.stderr).slice(0, -1)) {
      expect(line).toMatchObject({ message_type: 'error', message: expect.any(String) as string });
    }
    const advice = (await guardit('check', broken, ['--read-data'], { exitCode: 1 })).stderr;
    expect(advice).toContain(`guardit repo repair ${broken} packs`);

    await guardit('repair', broken, ['packs', ...(brokenPacks as string[])], { cwd: scratch.path });
    expect(readdirSync(scratch.path).filter((name) => name.startsWith('pack-'))).toHaveLength(packs.length);
    await guardit('repair', broken, ['snapshots', '--forget']);
    await guardit('check', broken, ['--read-data']);
  });
});
