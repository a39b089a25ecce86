import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { compareTrees } from '../../scripts/compare-trees.ts';
import type { Arena } from '../arena.ts';
import type { DataSet } from '../data/data-set.ts';
import type { Place, Program } from '../programs/program.ts';
import type { Work } from './work.ts';

const EVERY_DATA_SET = ['D1', 'D2', 'D3'] as const;

/** All programs of restic's format read the repository that restic made: nobody profits from a layout of its own. */
function placeToRead(arena: Arena, program: Program, dataSet: DataSet): Place {
  return arena.baseOf(program.name === 'borg' ? program : arena.restic, dataSet);
}

export const restore: Work = {
  key: 'restore',
  title: 'restore',
  dataSets: EVERY_DATA_SET,
  async measure(arena, dataSet) {
    const target = join(arena.scratchFolder, 'restored');
    const samples = await arena.alternate(`restore of ${dataSet.name}`, arena.programs, (program, measure, round) => {
      measure(program.restore(placeToRead(arena, program, dataSet), target));
      if (round === 0 && program === arena.guardit) requireEqual(dataSet.path, join(target, dataSet.path));
      rmSync(target, { recursive: true });
    });
    return { samples };
  },
};

function requireEqual(original: string, restored: string): void {
  const { differences } = compareTrees(original, restored);
  if (differences.length > 0) throw new Error(`The restored files differ: ${differences.slice(0, 5).join('; ')}`);
}

export const checkReadingData: Work = {
  key: 'check',
  title: 'check --read-data',
  dataSets: EVERY_DATA_SET,
  async measure(arena, dataSet) {
    const samples = await arena.alternate(`check of ${dataSet.name}`, arena.programs, (program, measure) => {
      measure(program.checkReadingData(placeToRead(arena, program, dataSet)));
    });
    return { samples };
  },
};
