import type { Arena, Samples } from '../arena.ts';
import { changeBlocks, changeFiles, undoChanges } from '../data/changes.ts';
import { listFiles } from '../data/data-set.ts';
import type { DataSet } from '../data/data-set.ts';
import type { Work } from './work.ts';

const CHANGED_SHARE = 0.01;

/** Nothing changed since the last backup into the same repository. */
export const unchangedBackup: Work = {
  key: 'unchanged',
  title: 'unchanged',
  dataSets: ['D2'],
  async measure(arena, dataSet) {
    const samples = await arena.alternate(`backup of unchanged ${dataSet.name}`, arena.programs, (program, measure) => {
      measure(program.backup(arena.baseOf(program, dataSet), dataSet.path));
    });
    return { samples };
  },
};

/**
 * 1 % of the bytes changed since the backup before; each round starts from that backup again. In D1 they are spread over all large
 * files; D2 has none of these, so there it is 1 % of the files.
 */
export const changedBackup: Work = {
  key: 'changed',
  title: '1 % changed',
  dataSets: ['D1', 'D2'],
  measure: (arena, dataSet) => measureAfter(arena, dataSet, dataSet.name === 'D1' ? changeBlocks : changeFiles),
};

/** A few whole files that hold 1 % of the bytes; not judged, since what both programs wait for anyway is most of it. */
export const fewChangedBackup: Work = {
  key: 'few',
  title: 'few files changed',
  dataSets: ['D1'],
  measure: (arena, dataSet) => measureAfter(arena, dataSet, changeFiles),
};

async function measureAfter(arena: Arena, dataSet: DataSet, change: typeof changeFiles): Promise<{ samples: Samples }> {
  for (const program of arena.likePrograms) arena.baseOf(program, dataSet);
  const { name, path } = dataSet;
  let verified = false;
  try {
    change(path, listFiles(path), CHANGED_SHARE, `${name} changed`);
    const samples = await arena.alternate(`backup of changed ${name}`, arena.likePrograms, (program, measure) => {
      const place = arena.copyOf(arena.baseOf(program, dataSet));
      measure(program.backup(place, path));
      if (program === arena.guardit && !verified) arena.verifyWithRestic(place);
      verified ||= program === arena.guardit;
      arena.discard(place);
    });
    return { samples };
  } finally {
    undoChanges(path);
  }
}
