import { mkdirSync, symlinkSync, utimesSync, writeFileSync, linkSync, chmodSync } from 'node:fs';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { SnapshotId } from '../../main/engine/base/ids.ts';
import { nodeNameBytes } from '../../main/engine/snapshot/node.ts';
import { RawTree } from '../../main/engine/snapshot/raw-tree.ts';
import { decodeSnapshot, encodeSnapshot } from '../../main/engine/snapshot/snapshot.ts';
import { decodeTree } from '../../main/engine/snapshot/tree-decoder.ts';
import { encodeTree } from '../../main/engine/snapshot/tree-encoder.ts';
import { initFolder } from '../support/repositories.ts';
import { describeWithRestic, restic, scratchFolder } from '../support/restic.ts';

const NAMES = [
  'plain',
  'a"b',
  "a'b",
  'back\\slash',
  'nl\nx',
  'tab\tx',
  '<&>',
  'é',
  'e\u0301',
  '中',
  '😀',
  '\u00a0',
  '\u2028',
  '\ufeff',
  '\x7f',
  '\x01',
];
const RAW_NAMES = ['fffe626164', 'c3286d6964', 'eda08078', 'f09f98'].map((hex) => Buffer.from(hex, 'hex'));

function makeSource(source: string): void {
  mkdirSync(join(source, 'sub', 'empty'), { recursive: true });
  for (const name of NAMES) writeFileSync(join(source, name), name);
  for (const name of RAW_NAMES) writeFileSync(Buffer.concat([Buffer.from(source + '/'), name]), 'raw');
  writeFileSync(join(source, 'sub', 'none'), '');
  writeFileSync(join(source, 'sub', 'old'), 'before 1970');
  utimesSync(join(source, 'sub', 'old'), -1.5, -1.5);
  linkSync(join(source, 'plain'), join(source, 'sub', 'hard'));
  symlinkSync('../a"b<&>\\', join(source, 'sub', 'link'));
  chmodSync(join(source, 'sub', 'old'), 0o6755);
  chmodSync(join(source, 'sub', 'empty'), 0o1777);
}

describeWithRestic('what restic writes', () => {
  const scratch = scratchFolder();
  const repository = join(scratch.path, 'repo');
  let snapshotId = '' as SnapshotId;

  beforeAll(async () => {
    makeSource(join(scratch.path, 'source'));
    await (await initFolder(repository)).close();
    await restic(repository, ['backup', '--quiet', '--tag', 'a<b', 'source'], { cwd: scratch.path });
    const { stdout } = await restic(repository, ['list', 'snapshots', '--no-lock']);
    snapshotId = stdout.trim() as SnapshotId;
  });
  afterAll(() => scratch.remove());

  it('is a snapshot that we read and write alike', async () => {
    const { stdout } = await restic(repository, ['cat', 'snapshot', snapshotId, '--no-lock']);
    const snapshot = decodeSnapshot(Buffer.from(stdout), snapshotId);
    expect(snapshot).toMatchObject({ paths: [join(scratch.path, 'source')], tags: ['a<b'] });
    // `cat` prints the same fields with indentation.
    const printed: unknown = JSON.parse(stdout);
    const ours = encodeSnapshot(snapshot).toString();
    expect(JSON.parse(ours)).toEqual(printed);
    expect(Object.keys(JSON.parse(ours) as object)).toEqual(Object.keys(printed as object));
  });

  it('is trees that we encode byte for byte', async () => {
    const cat = await restic(repository, ['cat', 'snapshot', snapshotId, '--no-lock']);
    const pending = [decodeSnapshot(Buffer.from(cat.stdout), snapshotId).tree];
    const seen: string[] = [];
    for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
      const { stdout } = await restic(repository, ['cat', 'blob', id, '--no-lock']);
      const blob = Buffer.from(stdout);
      const nodes = decodeTree(blob, id);
      expect(createHash('sha256').update(encodeTree(nodes)).digest('hex')).toBe(id);
      expect([...RawTree.parse(blob, id).nodes()]).toEqual(nodes);
      seen.push(...nodes.map((node) => nodeNameBytes(node).toString('hex')));
      pending.push(...nodes.flatMap(({ subtree }) => subtree ?? []));
    }
    const names = [...NAMES.map((name) => Buffer.from(name)), ...RAW_NAMES].map((name) => name.toString('hex'));
    expect(seen).toEqual(expect.arrayContaining(names));
  });
});
