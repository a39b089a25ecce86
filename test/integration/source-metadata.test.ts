import { execFileSync } from 'node:child_process';
import { chmodSync, linkSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { posixCalls } from '../../main/engine/base/native/posix-calls.ts';
import { joinPath, rawText } from '../../main/engine/base/raw-path.ts';
import { AccountNames } from '../../main/engine/source/account-names.ts';
import {
  describeEntry,
  describeParentFolder,
  statEntry,
  type SourceEntry,
} from '../../main/engine/source/file-metadata.ts';
import { listFolder } from '../../main/engine/source/local-listing.ts';
import { resolveTargets } from '../../main/engine/source/targets.ts';
import { hasUserXattrs } from '../support/file-system-features.ts';
import { initFolder } from '../support/repositories.ts';
import { describeWithRestic, restic, scratchFolder } from '../support/restic.ts';

const scratch = scratchFolder();
const work = join(scratch.path, 'work');
const source = join(work, 'src');
const repository = join(scratch.path, 'repo');
const accounts = new AccountNames();
afterAll(() => scratch.remove());

interface ResticNode {
  readonly name: string;
  readonly type: string;
  readonly subtree?: string;
  readonly [field: string]: unknown;
}

async function resticTree(id: string): Promise<ResticNode[]> {
  const { stdout } = await restic(repository, ['cat', 'blob', id]);
  return (JSON.parse(stdout) as { nodes: ResticNode[] }).nodes;
}

/** An entry as restic's node has it, but for the printed form of times (repository-format, section 11). */
function asNode(name: string, entry: SourceEntry): Record<string, unknown> {
  const has = (...types: string[]) => types.includes(entry.type);
  const node: Record<string, unknown> = {
    name,
    type: entry.type,
    mode: entry.mode,
    uid: entry.uid,
    gid: entry.gid,
    user: entry.user,
    group: entry.group,
    inode: Number(entry.inode),
    device_id: Number(entry.device),
    size: has('file') && entry.sizeBytes > 0 ? entry.sizeBytes : undefined,
    links: has('file', 'symlink', 'dev', 'chardev') ? entry.links : undefined,
    linktarget: entry.linkTarget?.toString('utf8'),
    device: has('dev', 'chardev') ? Number(entry.rdev) : undefined,
    extended_attributes:
      entry.xattrs.length > 0
        ? entry.xattrs.map(({ name, value }) => ({ name, value: value.toString('base64') }))
        : undefined,
    mtimeMs: millisecondsOf(entry.mtimeNs),
    ctimeMs: millisecondsOf(entry.ctimeNs),
  };
  return Object.fromEntries(Object.entries(node).filter(([, value]) => value !== undefined));
}

/** Rounded down, before 1970 too, as Date.parse cuts the digits. */
function millisecondsOf(timeNs: bigint): number {
  return Number((timeNs - (((timeNs % 1_000_000n) + 1_000_000n) % 1_000_000n)) / 1_000_000n);
}

function comparable({
  mtime,
  ctime,
  atime: _atime,
  content: _content,
  subtree: _subtree,
  ...rest
}: ResticNode): Record<string, unknown> {
  return { ...rest, mtimeMs: Date.parse(String(mtime)), ctimeMs: Date.parse(String(ctime)) };
}

function makeSpecialFiles(): void {
  mkdirSync(source, { recursive: true });
  const at = (name: string) => join(source, name);
  writeFileSync(at('file'), 'content');
  chmodSync(at('file'), 0o4755);
  linkSync(at('file'), at('hard-link'));
  writeFileSync(at('empty'), '');
  posixCalls().setTimes(at('empty'), 0n, -1_234_567_890_123_456_789n);
  writeFileSync(at('grün \u{1f600}'), 'x');
  mkdirSync(at('sticky'));
  chmodSync(at('sticky'), 0o1777);
  symlinkSync('../nowhere', at('link'));
  execFileSync('mkfifo', [at('fifo')]);
  if (process.getuid?.() === 0) {
    execFileSync('mknod', [at('chardev'), 'c', '1', '3']);
    execFileSync('mknod', [at('blockdev'), 'b', '259', '300']);
    execFileSync('chown', ['12345:54321', at('empty')]);
  }
  if (!hasUserXattrs) return;
  for (const name of ['file', 'sticky']) {
    execFileSync('setfattr', ['-n', 'user.zeta', '-v', 'z', at(name)]);
    execFileSync('setfattr', ['-n', 'user.alpha', '-v', '0x'.padEnd(1000, '0'), at(name)]);
    execFileSync('setfattr', ['-n', 'user.empty', at(name)]);
  }
}

describeWithRestic('metadata, compared with restic', () => {
  it('every kind of entry, and the layout of overlapping targets', async () => {
    makeSpecialFiles();
    await (await initFolder(repository)).close();
    const targets = ['src/file', 'src', '../work/src/sticky'];
    await restic(repository, ['backup', ...targets], { cwd: work });
    // `restic snapshots` would sort the paths.
    const [snapshotId = ''] = readdirSync(join(repository, 'snapshots'));
    const { stdout } = await restic(repository, ['cat', 'snapshot', snapshotId]);
    const snapshot = JSON.parse(stdout) as { tree: string; paths: string[] };

    const resolved = resolveTargets(targets, { workingFolder: work });
    expect(resolved.snapshotPaths).toEqual(snapshot.paths);
    const top = await resticTree(snapshot.tree);
    expect(resolved.plan.map((node) => rawText(node.name))).toEqual(top.map((node) => node.name));
    for (const [index, planned] of resolved.plan.entries()) {
      const entry = describeParentFolder(planned.metadataPath ?? '', { accounts });
      expect(asNode(rawText(planned.name), entry)).toEqual(comparable(top[index] ?? { name: '', type: '' }));
    }

    const src = resolved.plan.find((node) => node.name === 'src');
    const nodes = await resticTree(top.find((node) => node.name === 'src')?.subtree ?? '');
    expect(src?.children?.map((node) => rawText(node.name))).toEqual(nodes.map((node) => node.name));
    const ours = listFolder(source).map((name) => {
      const path = joinPath(source, name);
      return asNode(rawText(name), describeEntry(path, statEntry(path), { accounts, symlinkXattrs: false }));
    });
    expect(ours).toEqual(nodes.map(comparable));
    expect(ours.length).toBeGreaterThanOrEqual(7);
  });
});
