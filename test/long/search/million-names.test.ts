import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { WalkedEntry } from '../../../main/app/search/ports.ts';
import { SearchThread } from '../../../main/infra/search/search-thread.ts';
import { scratchFolder } from '../../support/catalogs.ts';

const FOLDERS = 10_000;
const FILES_IN_FOLDER = 100;
const PORTION = 2_000;
const MIB = 1024 ** 2;

/** A million files, of which each day changes a few. */
function* entriesOf(day: number): Generator<WalkedEntry[]> {
  let portion: WalkedEntry[] = [];
  for (let folder = 0; folder < FOLDERS; folder++) {
    for (let file = 0; file < FILES_IN_FOLDER; file++) {
      const isChanged = (folder * FILES_IN_FOLDER + file) % 1000 === day;
      const path = `/srv/projects/project-${folder}/document ${file} of ${folder}.odt`;
      const contentDigest = (isChanged ? `${day}` : 'same').padEnd(64, '0');
      portion.push({ path, type: 'file', sizeBytes: file, modifiedAtMs: isChanged ? day : 0, contentDigest });
      if (portion.length === PORTION) {
        yield portion;
        portion = [];
      }
    }
  }
}

test('a million names are indexed and found, also while more are taken up, and what stays the same is there once', async () => {
  const folder = join(scratchFolder(), 'search');
  const index = new SearchThread(folder);
  onTestFinished(() => index.close());
  const sizeBytes = () => statSync(join(folder, 'docs.sqlite')).size;
  const add = (day: number, meanwhile?: () => Promise<void>) =>
    index.add('docs', { snapshotId: `s${day}`, backupId: `b${day}`, at: new Date(day * 86_400_000) }, async (take) => {
      let count = 0;
      for (const portion of entriesOf(day)) {
        await take(portion);
        if (++count === 100) await meanwhile?.();
      }
    });
  await add(1);
  const afterOne = sizeBytes();
  expect(afterOne).toBeLessThan(600 * MIB);
  await add(2, async () => {
    const { hits } = await index.search('docs', { words: ['document', '77', 'of', '4242'], limit: 5 });
    expect(hits[0]?.path).toBe('/srv/projects/project-4242/document 77 of 4242.odt');
  });
  await add(3);
  expect(sizeBytes()).toBeLessThan(afterOne * 1.1);
  const versions = await index.versions('docs', '/srv/projects/project-0/document 2 of 0.odt');
  expect(versions.map(({ backupId, backupCount }) => [backupId, backupCount])).toEqual([
    ['b3', 2],
    ['b2', 1],
  ]);
  expect((await index.search('docs', { words: ['od'], limit: 50 })).hits).toHaveLength(50);
  await index.remove('docs', ['s2']);
  expect(await index.versions('docs', '/srv/projects/project-0/document 2 of 0.odt')).toHaveLength(1);
});
