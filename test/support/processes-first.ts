import { BaseSequencer, type TestSpecification } from 'vitest/node';

const STARTS_PROCESSES = /\/test\/(crash|integration)\//;

/**
 * Files that start services and command lines take longest, whatever their size, and go first: at the end, one of them would run
 * for half a minute while the other worker has nothing left to do.
 */
export class ProcessesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const [slow = [], quick = []] = [true, false].map((wanted) =>
      sorted.filter(({ moduleId }) => STARTS_PROCESSES.test(moduleId) === wanted),
    );
    return [...slow, ...quick];
  }
}
