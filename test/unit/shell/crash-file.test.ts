import { EventEmitter } from 'node:events';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  CrashFile,
  startCrashReporter,
  watchChildren,
  watchProcess,
} from '../../../main/shell/lifecycle/crash-file.ts';
import { scratchFolder } from '../../support/catalogs.ts';
import { FakeElectron } from '../../support/fake-electron.ts';

function linesOf({ path }: CrashFile): { kind: string; detail: string }[] {
  return readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { kind: string; detail: string });
}

test('dumps stay on this machine', () => {
  const electron = new FakeElectron({ userData: '/nowhere' });
  startCrashReporter(electron);
  expect(electron.crashReports).toEqual([{ uploadToServer: false, productName: 'GuardIT' }]);
});

test('what dies is written down, what leaves in good order is not', () => {
  const file = new CrashFile(`${scratchFolder()}/logs`);
  const electron = new FakeElectron({ userData: '/nowhere' });
  watchChildren(electron, file);
  electron.app.emit('render-process-gone', {}, {}, { reason: 'oom', exitCode: 5 });
  electron.app.emit('child-process-gone', {}, { type: 'GPU', reason: 'clean-exit', exitCode: 0 });
  electron.app.emit('child-process-gone', {}, { type: 'GPU', reason: 'crashed', exitCode: 9 });
  expect(linesOf(file).map(({ kind }) => kind)).toEqual(['render-process-gone', 'child-process-gone']);
  expect(linesOf(file)[0]?.detail).toContain('oom');
});

test('an error that nobody caught ends the app, a rejection does not', () => {
  const file = new CrashFile(scratchFolder());
  const target = new EventEmitter();
  const fatal: string[] = [];
  watchProcess(file, ({ message }) => void fatal.push(message), target);
  target.emit('unhandledRejection', 'no reason');
  target.emit('uncaughtException', new Error('Broken.'));
  expect(fatal).toEqual(['Broken.']);
  const [rejection, exception] = linesOf(file);
  expect([rejection?.kind, rejection?.detail]).toEqual(['unhandledRejection', "'no reason'"]);
  expect(exception?.detail).toContain('crash-file.test');
});

test('the file does not grow for ever, and a folder that can not be written is survived', () => {
  const file = new CrashFile(scratchFolder());
  writeFileSync(file.path, 'x'.repeat(1024 * 1024 + 1));
  file.write('one', new Error('First after it was full.'));
  expect(statSync(`${file.path}.1`).size).toBe(1024 * 1024 + 1);
  expect(linesOf(file)).toHaveLength(1);
  new CrashFile(`${file.path}/beneath-a-file`).write('lost', 'nothing');
});
