import type { Arena, Samples } from '../arena.ts';
import type { DataSet, DataSetName } from '../data/data-set.ts';
import type { ProgramName } from '../programs/program.ts';

/** One row of the table: a kind of work on one data set. */
export interface Row {
  readonly work: string;
  readonly dataSet: DataSetName;
  readonly samples: Samples;
  /** What the repositories hold afterwards, where that is compared. */
  readonly repositoryBytes?: Partial<Record<ProgramName, number>>;
}

/** A kind of work that is measured. */
export interface Work {
  /** For the command line. */
  readonly key: string;
  readonly title: string;
  readonly dataSets: readonly DataSetName[];
  measure(arena: Arena, dataSet: DataSet): Promise<Omit<Row, 'work' | 'dataSet'>>;
}
