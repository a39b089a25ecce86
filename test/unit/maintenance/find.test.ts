import { beforeAll, describe, expect, it } from 'vitest';
import { MemoryBackend } from '../../../main/engine/backend/memory-backend.ts';
import type { ByteRange, FileRef } from '../../../main/engine/backend/backend.ts';
import { findObjects } from '../../../main/engine/maintenance/find-objects.ts';
import { findInSnapshots, type FindOptions } from '../../../main/engine/maintenance/find.ts';
import { listSnapshot } from '../../../main/engine/maintenance/list-snapshot.ts';
import { RepositoryBuilder } from '../../support/repository-builder.ts';

class CountingBackend extends MemoryBackend {
  packReads = 0;

  override read(ref: FileRef, range?: ByteRange, signal?: AbortSignal): Promise<Buffer> {
    if (ref.type === 'pack') this.packReads++;
    return super.read(ref, range, signal);
  }
}

const backend = new CountingBackend();
let builder: RepositoryBuilder;

beforeAll(async () => {
  builder = await RepositoryBuilder.create({ backend });
  const same = builder.folder('same', [builder.file('wanted', []), builder.file('other', [])]);
  const barren = builder.folder('barren', [builder.folder('in', [builder.folder('out', [])])]);
  for (let at = 0; at < 10; at++) {
    // The same tree in two places, of which a pattern with a path wants one.
    const nodes = [builder.folder('here', [same]), builder.folder('there', [same]), barren];
    await builder.snapshot(nodes, { hostname: `host ${at}` });
  }
});

async function pathsOf(options: FindOptions): Promise<string[]> {
  const paths: string[] = [];
  for await (const { path } of findInSnapshots(builder.repository, { lock: 'none', ...options }))
    paths.push(String(path));
  return paths;
}

describe('findInSnapshots', () => {
  it('finds a folder that several paths lead to under each of them', async () => {
    expect(await pathsOf({ patterns: ['wanted'] })).toHaveLength(20);
    expect(new Set(await pathsOf({ patterns: ['here/same/wanted'] }))).toEqual(new Set(['/here/same/wanted']));
    expect(await pathsOf({ patterns: ['/there/same/wanted'] })).toHaveLength(10);
  });

  it('does not search a folder again in which nothing matched', async () => {
    backend.packReads = 0;
    expect(await pathsOf({ patterns: ['absent'] })).toEqual([]);
    const once = backend.packReads;
    expect(once).toBeLessThanOrEqual(8);
  });

  it('refuses patterns that are none', () => {
    expect(() => findInSnapshots(builder.repository, { patterns: [] })).toThrow(/at least one/);
    expect(() => findInSnapshots(builder.repository, { patterns: ['['] })).toThrow(/Not a valid pattern/);
    expect(() => findObjects(builder.repository, {})).toThrow(/Nothing to find/);
    expect(() => findObjects(builder.repository, { blobs: ['abc'] })).toThrow(/8 to 64 hex/);
    expect(() => listSnapshot(builder.repository, 'latest', { folders: ['relative'] })).toThrow(/start with a slash/);
  });

  it('gives its lock back when the caller has enough', async () => {
    for await (const { path } of findInSnapshots(builder.repository, { patterns: ['wanted'] })) {
      expect(String(path)).toBe('/here/same/wanted');
      expect(await backend.list('lock')).toHaveLength(1);
      break;
    }
    expect(await backend.list('lock')).toEqual([]);
  });

  it('stops when it is cancelled', async () => {
    const stop = new AbortController();
    const search = async () => {
      for await (const _found of findInSnapshots(builder.repository, { patterns: ['wanted'], signal: stop.signal }))
        stop.abort();
    };
    await expect(search()).rejects.toMatchObject({ code: 'cancelled' });
    expect(await backend.list('lock')).toEqual([]);
  });
});
