import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LogFields } from '../../../contracts/log-fields.ts';
import { textExcerpt } from '../../../main/app/agents/log-fields/excerpt.ts';
import { logFieldsOf } from '../../../main/app/agents/log-fields/log-fields.ts';

describe('restic', () => {
  test('the end of a backup, as restic 0.16 writes it', () => {
    const log = `repository 8a1b2c3d opened (version 2, compression level auto)
using parent snapshot 590c8fc8

Files:          12 new,     3 changed,   480 unmodified
Dirs:            1 new,     2 changed,    40 unmodified
Added to the repository: 12.346 MiB (3.210 MiB stored)

processed 495 files, 1.234 GiB in 1:02:03
snapshot 0123abcd saved
`;
    expect(logFieldsOf(log)).toEqual({
      tool: 'restic',
      files_new: 12,
      files_changed: 3,
      files_unmodified: 480,
      dirs_new: 1,
      dirs_changed: 2,
      dirs_unmodified: 40,
      data_added: Math.round(12.346 * 1024 ** 2),
      data_added_packed: Math.round(3.21 * 1024 ** 2),
      total_files_processed: 495,
      total_bytes_processed: Math.round(1.234 * 1024 ** 3),
      duration_seconds: 3723,
      snapshot_id: '0123abcd',
    });
  });

  test('an older one, and line ends of Windows', () => {
    const log = 'Added to the repo: 1.205 MiB\r\nprocessed 5 files, 512 B in 0:00\r\n';
    expect(logFieldsOf(log)).toEqual({
      tool: 'restic',
      data_added: Math.round(1.205 * 1024 ** 2),
      total_files_processed: 5,
      total_bytes_processed: 512,
      duration_seconds: 0,
    });
  });

  test('the summary of --json, between other messages', () => {
    const summary = {
      message_type: 'summary',
      files_new: 1,
      files_changed: 0,
      files_unmodified: 7,
      dirs_new: 0,
      dirs_changed: 1,
      dirs_unmodified: 2,
      data_blobs: 1,
      tree_blobs: 2,
      data_added: 2_000_000,
      total_files_processed: 8,
      total_bytes_processed: 123_456_789,
      total_duration: 4.25,
      snapshot_id: 'a'.repeat(64),
    };
    const log = `{"message_type":"status","percent_done":1}\n${JSON.stringify(summary)}\n`;
    expect(logFieldsOf(log)).toEqual({
      tool: 'restic',
      files_new: 1,
      files_changed: 0,
      files_unmodified: 7,
      dirs_new: 0,
      dirs_changed: 1,
      dirs_unmodified: 2,
      data_added: 2_000_000,
      total_files_processed: 8,
      total_bytes_processed: 123_456_789,
      duration_seconds: 4.25,
      snapshot_id: 'a'.repeat(64),
    });
  });

  test('values that can not be are left out', () => {
    const summary =
      '{"message_type":"summary","files_new":-1,"data_added":1e300,"total_duration":"x","snapshot_id":"../.."}';
    expect(logFieldsOf(summary)).toEqual({ tool: 'restic' });
    expect(logFieldsOf('{"message_type":"summary"')).toBeNull();
    expect(logFieldsOf('{"__proto__":{"files_new":1},"message_type":"summary"}')).toEqual({ tool: 'restic' });
  });
});

describe('robocopy', () => {
  const table = (dirs: string, files: string, bytes: string) => `
-------------------------------------------------------------------------------
   ROBOCOPY     ::     Robust File Copy for Windows
-------------------------------------------------------------------------------

               Total    Copied   Skipped  Mismatch    FAILED    Extras
    Dirs : ${dirs}
   Files : ${files}
   Bytes : ${bytes}
   Times :   0:00:01   0:00:00                       0:00:00   0:00:00


   Speed :           123,456,789 Bytes/sec.
   Ended : Saturday, November 22, 2025 4:00:00 AM
`;

  test('the table, with units and grouped digits', () => {
    const log = table(
      '        3         1         2         0         0         0',
      '   12,345         5    12,340         0         0         1',
      '  1.500 g   512.0 k    10.5 m         0         0        17',
    );
    expect(logFieldsOf(log)).toEqual({
      tool: 'robocopy',
      dirs: { total: 3, copied: 1, skipped: 2, mismatch: 0, failed: 0, extras: 0 },
      files: { total: 12_345, copied: 5, skipped: 12_340, mismatch: 0, failed: 0, extras: 1 },
      bytes: { total: 1_610_612_736, copied: 524_288, skipped: 11_010_048, mismatch: 0, failed: 0, extras: 17 },
      exit_code: 3,
      outcome: 'copied',
    });
  });

  test.each([
    ['1 0 1 0 0 0', '9 0 9 0 0 0', 0, 'unchanged'],
    ['1 0 1 0 0 0', '9 0 8 1 0 0', 4, 'mismatch'],
    ['1 1 0 0 0 0', '9 8 0 0 1 0', 9, 'failed'],
  ])('%s and %s mean %d, %s', (dirs, files, exitCode, outcome) => {
    expect(logFieldsOf(table(dirs, files, '0 0 0 0 0 0'))).toMatchObject({ exit_code: exitCode, outcome });
  });

  test('a table that lacks its numbers says nothing', () => {
    expect(logFieldsOf(table('1 2', 'x', ''))).toBeNull();
  });
});

describe('SQL Server', () => {
  test('several backups add up', () => {
    const log = `Processed 360 pages for database 'Sales', file 'Sales' on file 1.
Processed 2 pages for database 'Sales', file 'Sales_log' on file 1.
BACKUP DATABASE successfully processed 362 pages in 0.105 seconds (26.934 MB/sec).
BACKUP DATABASE WITH DIFFERENTIAL successfully processed 42 pages in 0.020 seconds (16.406 MB/sec).
BACKUP LOG successfully processed 5 pages in 0.010 seconds (3.906 MB/sec).
`;
    expect(logFieldsOf(log)).toEqual({
      tool: 'sql_server',
      statements: 3,
      pages_processed: 409,
      duration_seconds: 0.135,
      megabytes_per_second: 3.906,
      error_count: 0,
      errors: [],
    });
  });

  test('errors are told from what informs', () => {
    const log = `Msg 4035, Level 0, State 1, Server DB1, Line 1
Msg 3201, Level 16, State 1, Server DB1, Line 1
Cannot open backup device 'D:\\x.bak'. Operating system error 112.
Msg 3013, Level 16, State 1, Server DB1, Line 1
BACKUP DATABASE is terminating abnormally.`;
    expect(logFieldsOf(log)).toMatchObject({
      statements: 0,
      megabytes_per_second: null,
      error_count: 2,
      errors: [
        { number: 3201, level: 16 },
        { number: 3013, level: 16 },
      ],
    });
  });
});

test('a summary at the end of a long log is found, and no more than head and tail are looked at', () => {
  const log = `${'x'.repeat(900_000)}\nprocessed 5 files, 512 B in 0:00\n`;
  const excerpt = textExcerpt(log);
  expect(excerpt.length).toBeLessThan(330_000);
  expect(logFieldsOf(excerpt)).toMatchObject({ tool: 'restic', total_files_processed: 5 });
});

test('other texts say nothing', () => {
  for (const log of ['', 'Full task output', '{}', 'processed files', 'BACKUP DATABASE is terminating abnormally.']) {
    expect(logFieldsOf(log)).toBeNull();
  }
});

test('whatever a log holds, what is read from it has its schema', () => {
  const fragments = [
    'processed 5 files, 512 B in 0:00',
    'Files:           5 new,     1 changed,    20 unmodified',
    'Added to the repo: 9999999999999999 TiB',
    '               Total    Copied   Skipped  Mismatch    FAILED    Extras',
    '    Dirs : 1 2 3 4 5 6',
    '   Bytes : 9999999999999999 k 1 1 1 1 1',
    'BACKUP DATABASE successfully processed 9999999999999999 pages in 9999999999.1 seconds (1.1 MB/sec).',
    'Msg 9999999999, Level 99, State 1',
    '{"message_type":"summary","files_new":5,"total_duration":1e308}',
    '\u0000',
    '\ud800',
  ];
  const line = fc.oneof(fc.constantFrom(...fragments), fc.string(), fc.string({ unit: 'binary' }));
  fc.assert(
    fc.property(fc.array(line, { maxLength: 20 }), (lines) => {
      const fields = logFieldsOf(lines.join('\n'));
      if (fields !== null) LogFields.parse(fields);
    }),
    { numRuns: 200 },
  );
});

test('lines made to keep patterns busy are done in no time', () => {
  const spaces = ' '.repeat(4_000);
  const evil = [
    `Files: ${spaces}`,
    `${spaces}Total${spaces}Copied`,
    `BACKUP DATABASE ${'A '.repeat(1_900)}`,
    `   Bytes : ${'1,'.repeat(2_000)}`,
  ];
  const excerpt = Array.from({ length: 80 }, (_, index) => evil[index % evil.length]).join('\n');
  const startMs = performance.now();
  expect(logFieldsOf(excerpt)).toBeNull();
  // Milliseconds in truth; a pattern that backtracks would need hours.
  expect(performance.now() - startMs).toBeLessThan(5_000);
});
