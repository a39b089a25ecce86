import { dirname } from 'node:path';
import type { Arena } from '../arena.ts';
import { changeFiles, undoChanges } from '../data/changes.ts';
import { listFiles } from '../data/data-set.ts';
import type { DataSet } from '../data/data-set.ts';
import { SeededRandom } from '../data/seeded-random.ts';
import { run } from '../measure.ts';
import type { Place } from '../programs/program.ts';
import type { Work } from './work.ts';

const SNAPSHOTS_OF_ALL = 2;
const SNAPSHOTS_OF_HALF = 2;
const CHANGED_SHARE = 0.05;

/** Half of the snapshots are forgotten; what the others need is strewn over most packs and has to be repacked. */
export const prune: Work = {
  key: 'prune',
  title: 'prune with repacking',
  dataSets: ['D1', 'D2'],
  async measure(arena, dataSet) {
    const history = makeHistory(arena, dataSet);
    let verified = false;
    const samples = await arena.alternate(`prune of ${dataSet.name}`, arena.likePrograms, (program, measure) => {
      const place = arena.copyOf(history);
      measure(program.prune(place));
      if (program === arena.guardit && !verified) arena.verifyWithRestic(place);
      verified ||= program === arena.guardit;
      arena.discard(place);
    });
    arena.discard(history);
    return { samples };
  },
};

/**
 * Restic makes two snapshots of everything and two without half of the folders, the files changing in between, and
 * forgets the first two. So most packs of the first backup hold blobs of both halves.
 */
function makeHistory(arena: Arena, dataSet: DataSet): Place {
  const { restic } = arena;
  arena.log(`  preparing: restic makes a history of ${dataSet.name}`);
  const files = listFiles(dataSet.path);
  const folders = new SeededRandom(`${dataSet.name} halves`).shuffled([...new Set(files.map((path) => dirname(path)))]);
  const excluded = folders.slice(0, Math.floor(folders.length / 2));
  const place = arena.emptyPlace(restic);
  try {
    for (let number = 0; number < SNAPSHOTS_OF_ALL + SNAPSHOTS_OF_HALF; number++) {
      if (number > 0) changeFiles(dataSet.path, files, CHANGED_SHARE, `${dataSet.name} history ${number}`);
      run(restic.backupPart(place, dataSet.path, number < SNAPSHOTS_OF_ALL ? [] : excluded));
    }
  } finally {
    undoChanges(dataSet.path);
  }
  run(restic.forgetAllBut(place, SNAPSHOTS_OF_HALF));
  return place;
}
