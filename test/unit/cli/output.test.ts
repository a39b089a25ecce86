import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import type { Progress } from '../../../main/engine/index.ts';
import { formatBytes, formatDuration } from '../../../main/cli/output/format.ts';
import { Output, type OutputStream } from '../../../main/cli/output/output.ts';
import { printable } from '../../../main/cli/output/printable.ts';
import { renderProgress } from '../../../main/cli/output/progress-line.ts';
import { RateEstimator } from '../../../main/cli/output/rate-estimator.ts';
import { renderTable } from '../../../main/cli/output/table.ts';
import { keepEnd, textWidth } from '../../../main/cli/output/text-width.ts';

function capture(properties: { isTTY?: boolean; columns?: number } = {}) {
  const stream: OutputStream = Object.assign(new PassThrough(), properties);
  let text = '';
  stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return { stream, text: () => text };
}

const PROGRESS: Progress = {
  phase: 'backup',
  filesDone: 12_345,
  totalFiles: 50_000,
  bytesDone: 3 * 2 ** 30,
  totalBytes: 10 * 2 ** 30,
  currentPaths: ['/home/somebody/pictures/holidays/2026/a very long name of a picture.jpeg'],
};

describe('formats', () => {
  test.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1.00 KiB'],
    [12_345, '12.1 KiB'],
    [1024 ** 2 - 1, '1.00 MiB'],
    [123 * 1024 ** 2, '123 MiB'],
    [2n ** 60n, '1.00 EiB'],
  ])('%s bytes', (bytes, text) => expect(formatBytes(bytes)).toBe(text));

  test.each([
    [7.4, '0:07'],
    [754, '12:34'],
    [3723, '1:02:03'],
  ])('%s seconds', (seconds, text) => expect(formatDuration(seconds)).toBe(text));

  test('a table is aligned by what a terminal shows', () => {
    const lines = renderTable(
      [{ title: 'ID' }, { title: 'Size', align: 'right' }, { title: 'Paths' }],
      [
        ['a', '5 B', ['/one', '/two']],
        ['日本', '1 MiB', '/x'],
      ],
    );
    const rule = '-'.repeat(18);
    expect(lines).toEqual([
      'ID     Size  Paths',
      rule,
      'a       5 B  /one',
      '             /two',
      '日本  1 MiB  /x',
      rule,
    ]);
  });
});

describe('names from outside', () => {
  test('cannot command the terminal', () => {
    expect(printable('/plain/näme 日本')).toBe('/plain/näme 日本');
    expect(printable('a\u001b[2Jb')).toBe('"a\\u001b[2Jb"');
    expect(printable('two\nlines "x"')).toBe('"two\\nlines \\"x\\""');
    expect(printable('gpj.\u202eexe')).toBe('"gpj.\\u202eexe"');
    expect(printable('a\nb\u0007', true)).toBe('a\nb\\u0007');
  });
});

describe('the progress line', () => {
  test.each([20, 40, 60, 80, 100, 120, 200])('fits into %s columns', (columns) => {
    const line = renderProgress(PROGRESS, 84 * 2 ** 20, columns);
    expect(textWidth(line)).toBeLessThan(columns);
    expect(line).not.toMatch(/\s$/);
  });

  test('tells percent, files, bytes, speed, time left and the end of the path', () => {
    const line = renderProgress(PROGRESS, 84 * 2 ** 20, 140);
    expect(line).toContain('30.0%');
    expect(line).toContain('12,345 of 50,000 files');
    expect(line).toContain('3.00 GiB of 10.0 GiB');
    expect(line).toContain('84.0 MiB/s');
    expect(line).toContain('ETA 1:25');
    expect(line).toMatch(/…\S.*picture\.jpeg$/);
  });

  test('claims no percentage while the total is unknown', () => {
    const line = renderProgress({ phase: 'backup', filesDone: 3, bytesDone: 2048 }, 0, 100);
    expect(line).toBe('backup  3 files  2.00 KiB');
    expect(renderProgress({ phase: 'prune', filesDone: 0, bytesDone: 0, itemsDone: 1, totalItems: 4 }, 0, 80)).toBe(
      'prune  25.0%  1 of 4',
    );
  });

  test('keeps the end of wide texts', () => {
    expect(keepEnd('/a/日本語', 6)).toBe('…本語');
    expect(keepEnd('short', 6)).toBe('short');
  });

  test('is drawn on a terminal only, and gives way to other lines', () => {
    const terminal = capture({ isTTY: true, columns: 80 });
    const output = new Output(terminal.stream, capture().stream, () => undefined);
    output.configure({ json: false, quiet: false, verbose: 0 });
    output.progress(PROGRESS);
    output.complain('trouble');
    const drawn = terminal.text();
    expect(drawn).toContain('30.0%');
    expect(drawn.endsWith('\r\u001b[2K')).toBe(true);
    for (const settings of [
      { json: true, quiet: false, verbose: 0 },
      { json: false, quiet: true, verbose: 0 },
    ]) {
      output.configure(settings);
      output.progress(PROGRESS);
    }
    expect(terminal.text()).toBe(drawn);

    const file = capture();
    const toFile = new Output(file.stream, capture().stream, () => undefined);
    toFile.configure({ json: false, quiet: false, verbose: 0 });
    toFile.progress(PROGRESS);
    expect(file.text()).toBe('');
  });

  test('measures speed over the last seconds', () => {
    const rate = new RateEstimator();
    rate.add(0, 0);
    expect(rate.perSecond).toBe(0);
    for (let second = 1; second <= 60; second++)
      rate.add(second * 1000, second < 40 ? second * 100 : 4000 + (second - 40) * 10);
    expect(rate.perSecond).toBeCloseTo(10, 0);
  });
});

describe('output', () => {
  test('keeps lines in order, and people’s lines out of JSON', async () => {
    const stdout = capture();
    const stderr = capture();
    const output = new Output(stdout.stream, stderr.stream, () => undefined);
    output.configure({ json: true, quiet: false, verbose: 0 });
    output.say('for people');
    output.record({ a: 1 });
    output.record({ b: '\n' });
    output.warn({ item: '/x', message: 'gone', during: 'archival' });
    output.fail('over', 3);
    await output.finish();
    expect(stdout.text()).toBe('{"a":1}\n{"b":"\\n"}\n');
    expect(
      stderr
        .text()
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([
      { message_type: 'error', error: { message: 'gone' }, during: 'archival', item: '/x' },
      { message_type: 'exit_error', code: 3, message: 'over' },
    ]);
  });

  test('a reader that went away is noticed once, and everything later is dropped', async () => {
    let closed = 0;
    const stdout = capture();
    const output = new Output(stdout.stream, capture().stream, () => closed++);
    stdout.stream.emit('error', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    stdout.stream.emit('error', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    output.print('nobody hears this');
    await output.finish();
    expect([closed, output.isClosed, stdout.text()]).toEqual([1, true, '']);
  });
});
