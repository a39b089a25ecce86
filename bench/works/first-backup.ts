import { measureTree } from '../data/data-set.ts';
import type { Place, ProgramName } from '../programs/program.ts';
import type { Work } from './work.ts';

/** Each round into a new repository. The last one stays: what follows works on it. */
export const firstBackup: Work = {
  key: 'backup',
  title: 'first backup',
  dataSets: ['D1', 'D2', 'D3'],
  async measure(arena, dataSet) {
    const repositoryBytes: Partial<Record<ProgramName, number>> = {};
    const samples = await arena.alternate(`first backup of ${dataSet.name}`, arena.programs, (program, measure) => {
      const place = arena.emptyPlace(program);
      measure(program.backup(place, dataSet.path));
      repositoryBytes[program.name] = measureTree(place.repository).sizeBytes;
      arena.adoptBase(program, dataSet, place);
    });
    const written: Place = arena.baseOf(arena.guardit, dataSet);
    arena.verifyWithRestic(written);
    return { samples, repositoryBytes };
  },
};
