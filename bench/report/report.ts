import { MIB } from '../data/byte-units.ts';
import type { DataSet } from '../data/data-set.ts';
import type { Machine } from '../machine.ts';
import type { ProgramName } from '../programs/program.ts';
import { medianOf } from '../verdicts.ts';
import type { Verdict } from '../verdicts.ts';
import type { Row } from '../works/work.ts';
import { formatTable } from './table.ts';

/** Everything a run found out; `--json` writes it as it is. */
export interface Report {
  readonly machine: Machine;
  readonly versions: Partial<Record<ProgramName, string>>;
  readonly scale: number;
  readonly repeatCount: number;
  readonly dataSets: readonly DataSet[];
  readonly rows: readonly Row[];
  readonly indexBytesPerBlob?: number | undefined;
  readonly verdicts: readonly Verdict[];
}

export function formatReport(report: Report): string {
  const names = Object.keys(report.versions) as ProgramName[];
  return [
    describeRun(report),
    formatMeasurements(report.rows, names),
    formatSizes(report.rows, names),
    formatVerdicts(report.verdicts),
    conclude(report),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function describeRun({ machine, versions, scale, repeatCount, dataSets }: Report): string {
  const data = dataSets.map(({ name, fileCount, sizeBytes }) => `${name} ${fileCount} files, ${mib(sizeBytes)} MiB`);
  return [
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGib} GiB of memory, ${machine.system}, load ${machine.load} at the start`,
    Object.values(versions).join('; '),
    `Medians of ${repeatCount}; warm page cache; scale ${scale}: ${data.join('; ')}`,
  ].join('\n');
}

function formatMeasurements(rows: readonly Row[], names: readonly ProgramName[]): string {
  if (rows.length === 0) return '';
  const header = ['work', ...names.flatMap((name) => [`${name} s`, 'CPU s', 'peak MiB']), 'time ratio', 'peak ratio'];
  const figure = (value: number | undefined, digits: number) => value?.toFixed(digits) ?? '';
  const cells = rows.map((row) => {
    const ratio = (what: 'wallSeconds' | 'peakBytes') =>
      figure((medianOf(row, 'guardit', what) ?? NaN) / (medianOf(row, 'restic', what) ?? NaN), 2);
    const perProgram = names.flatMap((name) => {
      const peakBytes = medianOf(row, name, 'peakBytes');
      return [
        figure(medianOf(row, name, 'wallSeconds'), 2),
        figure(medianOf(row, name, 'cpuSeconds'), 2),
        peakBytes === undefined ? '' : mib(peakBytes),
      ];
    });
    return [`${row.work} ${row.dataSet}`, ...perProgram, ratio('wallSeconds'), ratio('peakBytes')];
  });
  return formatTable(header, cells);
}

function formatSizes(rows: readonly Row[], names: readonly ProgramName[]): string {
  const cells = rows.flatMap(({ dataSet, repositoryBytes }) =>
    repositoryBytes ? [[dataSet, ...names.map((name) => mib(repositoryBytes[name] ?? NaN))]] : [],
  );
  return cells.length === 0 ? '' : formatTable(['repository, MiB', ...names], cells);
}

function formatVerdicts(verdicts: readonly Verdict[]): string {
  const mark = (isMet: boolean) => (isMet ? 'yes' : 'NO');
  const cells = verdicts.map(({ subject, value, must, goal, meetsMust, meetsGoal }) => [
    subject,
    value.toFixed(2),
    must.toFixed(2),
    mark(meetsMust),
    goal.toFixed(2),
    mark(meetsGoal),
  ]);
  return formatTable(['GuardIT, restic = 1', 'value', 'must', 'met', 'goal', 'met'], cells);
}

function conclude({ verdicts, scale }: Report): string {
  const missed = verdicts.filter(({ meetsMust }) => !meetsMust).map(({ subject }) => subject);
  const goals = verdicts.filter(({ meetsGoal }) => meetsGoal).length;
  const musts = missed.length === 0 ? `All ${verdicts.length} musts are met` : `Musts missed: ${missed.join('; ')}`;
  const caveat = scale === 1 ? '' : ' The targets are meant for scale 1: below it, what every start costs weighs more.';
  return `${musts}. Goals met: ${goals} of ${verdicts.length}.${caveat}`;
}

function mib(bytes: number): string {
  return (bytes / MIB).toFixed(bytes < 100 * MIB ? 1 : 0);
}
