import { execFileSync } from 'node:child_process';
import { createWriteStream, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { rawText, type RawPath } from '../../../main/engine/base/raw-path.ts';
import { dump } from '../../../main/engine/vfs/dump.ts';
import { SnapshotFileSystem } from '../../../main/engine/vfs/snapshot-file-system.ts';
import { makeFixtureTree } from '../../support/fixture-tree.ts';
import { initFolder } from '../../support/repositories.ts';
import { describeWithRestic, restic, scratchFolder } from '../../support/restic.ts';
import { seededIntegers } from '../../support/seeded-bytes.ts';
import { readTree, type TreeEntry } from '../../support/tree-entries.ts';

const scratch = scratchFolder();
const location = join(scratch.path, 'repo');
const source = join(scratch.path, 'source');
let files: SnapshotFileSystem;

/** Restic's dump through a file: some of it is no text. */
function resticDump(path: RawPath, target: string, ...flags: string[]): void {
  const script = 'exec restic -r "$1" --no-cache dump --no-lock "${@:4}" latest "$2" > "$3"';
  const env = { ...process.env, RESTIC_PASSWORD: 'password' };
  execFileSync('bash', ['-c', script, 'bash', location, rawText(path), target, ...flags], { env });
}

async function ourDump(path: RawPath, target: string, format: 'tar' | 'zip'): Promise<void> {
  await pipeline((await dump(files, path, { format })).stream, createWriteStream(target));
}

function unpack(archive: string, name: string): string {
  const folder = join(scratch.path, name);
  mkdirSync(folder);
  execFileSync('tar', ['-C', folder, '--numeric-owner', '-pxf', archive], { stdio: 'pipe' });
  return folder;
}

/**
 * What lies below a folder. The folder itself has no entry in its own dump: it is made when its content is unpacked. Hard
 * links become files of their own.
 */
function contents(folder: string): Map<string, TreeEntry> {
  const entries = new Map<string, TreeEntry>();
  for (const [name, { hardLinkOf: _link, ...entry }] of readTree(folder)) if (name !== '') entries.set(name, entry);
  return entries;
}

function withoutTimes(entries: Map<string, TreeEntry>): Map<string, TreeEntry> {
  return new Map(Array.from(entries, ([name, entry]) => [name, { ...entry, mtimeNs: 0n }]));
}

describeWithRestic('dumps compared with restic', () => {
  beforeAll(async () => {
    makeFixtureTree(source, {});
    const repository = await initFolder(location);
    await restic(location, ['backup', '--quiet', 'source'], { cwd: scratch.path });
    files = await SnapshotFileSystem.open(repository, 'latest', { lock: 'none' });
  });
  afterAll(async () => {
    await files.close();
    scratch.remove();
  });

  it('gives the same bytes of every file', async () => {
    for (const folder of ['/source/contents', '/source/modes']) {
      for await (const { path, node } of files.entries(folder)) {
        if (node.type !== 'file') continue;
        const bytes = await buffer((await dump(files, path)).stream);
        expect(bytes.equals(readFileSync(join(scratch.path, rawText(path)))), rawText(path)).toBe(true);
      }
    }
    const target = join(scratch.path, 'one-file');
    resticDump('/source/contents/random-12m-edited', target);
    expect(
      (await buffer((await dump(files, '/source/contents/random-12m-edited')).stream)).equals(readFileSync(target)),
    ).toBe(true);
  });

  it('gives any range of a file that restic cut', async () => {
    const bytes = readFileSync(join(source, 'contents/random-12m-edited'));
    const content = await files.openFile('/source/contents/random-12m-edited');
    expect(content.chunkCount).toBeGreaterThan(3);
    const next = seededIntegers('dump ranges');
    for (let run = 0; run < 60; run++) {
      const offset = next(bytes.length + 10);
      const length = next(run % 10 === 0 ? 4_000_000 : 70_000);
      expect((await content.readAt(offset, length)).equals(bytes.subarray(offset, offset + length))).toBe(true);
    }
  });

  it("unpacks to the same files as restic's tar", async () => {
    // Names that are not UTF-8 stand in folders of their own: no archive here holds them as they are.
    for (const folder of ['contents', 'folders', 'modes', 'links']) {
      const [ours, theirs] = [join(scratch.path, `${folder}-ours.tar`), join(scratch.path, `${folder}-restic.tar`)];
      await ourDump(`/source/${folder}`, ours, 'tar');
      resticDump(`/source/${folder}`, theirs);
      const names = (archive: string) => execFileSync('tar', ['-tf', archive], { encoding: 'utf8' }).split('\n').sort();
      expect(names(ours)).toEqual(names(theirs));
      const unpacked = contents(join(unpack(ours, `${folder}-ours`), 'source', folder));
      expect(unpacked).toEqual(contents(join(source, folder)));
      // Restic 0.14 writes whole seconds.
      const theirTree = contents(join(unpack(theirs, `${folder}-restic`), 'source', folder));
      expect(withoutTimes(unpacked)).toEqual(withoutTimes(theirTree));
    }
  });

  it('holds devices and pipes in a tar', async () => {
    const archive = join(scratch.path, 'special.tar');
    await ourDump('/source/special', archive, 'tar');
    expect(contents(join(unpack(archive, 'special'), 'source/special'))).toEqual(contents(join(source, 'special')));
  });

  it('has the same content in a zip', async () => {
    const [ours, theirs] = [join(scratch.path, 'ours.zip'), join(scratch.path, 'restic.zip')];
    await ourDump('/source/contents', ours, 'zip');
    resticDump('/source/contents', theirs, '--archive', 'zip');
    const listing = (archive: string) => {
      const text = execFileSync('unzip', ['-v', archive], { encoding: 'utf8' });
      // Length, CRC and name of each entry.
      return text
        .split('\n')
        .map((line) => line.trim().split(/\s+/))
        .filter((words) => words.length === 8)
        .map(([length, , , , , , crc, name]) => [length, crc, name])
        .sort();
    };
    expect(listing(ours).length).toBeGreaterThan(10);
    expect(listing(ours)).toEqual(listing(theirs));
  });
});
