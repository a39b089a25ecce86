import { writeSync } from 'node:fs';
import type { Reporter, SerializedError, TestCase, TestModule, TestRunEndReason } from 'vitest/node';

/**
 * Ends the run with one line that a script can read, `12 passed, 0 failed` or `12 passed, 0 failed, 1 skipped`, alone on
 * the last line of standard output. Names every skipped test above it, and makes a skip fail the run where `CI` is set:
 * there everything that a test needs is installed, so a skip means that something has stopped being tested.
 */
export default class ClosingLineReporter implements Reporter {
  #passed = 0;
  #failed = 0;
  readonly #skipped: string[] = [];

  onTestCaseResult(test: TestCase): void {
    const { state } = test.result();
    if (state === 'passed') this.#passed++;
    else if (state === 'failed') this.#failed++;
    else if (state === 'skipped') this.#skipped.push(`${test.module.relativeModuleId} > ${test.fullName}`);
  }

  onTestRunEnd(
    modules: readonly TestModule[],
    unhandledErrors: readonly SerializedError[],
    reason: TestRunEndReason,
  ): void {
    // A file or hook that throws, and an error outside any test, have no test case of their own to be counted by.
    for (const module of modules) {
      this.#failed += module.errors().length;
      for (const suite of module.children.allSuites()) this.#failed += suite.errors().length;
    }
    this.#failed += unhandledErrors.length;
    if (this.#failed === 0 && reason !== 'passed') this.#failed = 1;

    const skipIsFailure = process.env['CI'] === 'true' && this.#skipped.length > 0;
    if (skipIsFailure) process.exitCode = 1;
    // At exit, because other reporters and the runner itself may still write after the run has ended.
    process.once('exit', () => {
      if (skipIsFailure) process.exitCode = 1;
      writeLines(this.#lines(skipIsFailure));
    });
  }

  #lines(skipIsFailure: boolean): string[] {
    const lines = this.#skipped.map((name) => `skipped: ${name}`);
    if (skipIsFailure) lines.push('A skipped test fails the run under CI=true. Install what it needs, or remove it.');
    const counts = `${this.#passed} passed, ${this.#failed} failed`;
    lines.push(this.#skipped.length === 0 ? counts : `${counts}, ${this.#skipped.length} skipped`);
    return lines;
  }
}

/** Synchronously: the process is about to end. A full pipe answers EAGAIN and wants the same bytes again. */
function writeLines(lines: readonly string[]): void {
  let rest = Buffer.from(lines.join('\n') + '\n');
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(1, rest));
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) return;
    }
  }
}
