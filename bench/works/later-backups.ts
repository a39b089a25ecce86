import { changeFiles, undoChanges } from '../data/changes.ts';
import { listFiles } from '../data/data-set.ts';
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

/** Files with 1 % of the bytes changed since the backup before; each round starts from that backup again. */
export const changedBackup: Work = {
  key: 'changed',
  title: '1 % changed',
  dataSets: ['D1', 'D2'],
  async measure(arena, dataSet) {
    for (const program of arena.likePrograms) arena.baseOf(program, dataSet);
    try {
      changeFiles(dataSet.path, listFiles(dataSet.path), CHANGED_SHARE, `${dataSet.name} changed`);
      const samples = await arena.alternate(
        `backup of changed ${dataSet.name}`,
        arena.likePrograms,
        (program, measure) => {
          const place = arena.copyOf(arena.baseOf(program, dataSet));
          measure(program.backup(place, dataSet.path));
          arena.discard(place);
        },
      );
      return { samples };
    } finally {
      undoChanges(dataSet.path);
    }
  },
};
