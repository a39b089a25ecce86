import type { Measurement } from './measure.ts';
import type { ProgramName } from './programs/program.ts';
import { median } from './statistics.ts';
import { FIRST_BACKUP_MEMORY_TARGET, INDEX_TARGET, OTHER_MEMORY_TARGET, SIZE_TARGET, TIME_TARGETS } from './targets.ts';
import type { Target } from './targets.ts';
import type { Row } from './works/work.ts';
import { firstBackup } from './works/first-backup.ts';
import { WORKS } from './works/works.ts';

/** One figure held against its target. */
export interface Verdict extends Target {
  readonly subject: string;
  readonly value: number;
  readonly meetsMust: boolean;
  readonly meetsGoal: boolean;
}

export function judge(rows: readonly Row[], indexBytesPerBlob: number | undefined): Verdict[] {
  const verdicts = [...rows.flatMap(judgeTime), ...rows.flatMap(judgeMemory), ...rows.flatMap(judgeSize)];
  if (indexBytesPerBlob !== undefined) {
    verdicts.push(verdictOn('index, bytes a blob', indexBytesPerBlob, INDEX_TARGET));
  }
  return verdicts;
}

export function medianOf(row: Row, program: ProgramName, what: keyof Measurement): number | undefined {
  const samples = row.samples[program];
  return samples && median(samples.map((sample) => sample[what]));
}

function judgeTime(row: Row): Verdict[] {
  const work = WORKS.find(({ title }) => title === row.work);
  const target = TIME_TARGETS[work?.key ?? '']?.[row.dataSet];
  const ratio = ratioToRestic(row, 'wallSeconds');
  return target && ratio !== undefined ? [verdictOn(`time, ${row.work} ${row.dataSet}`, ratio, target)] : [];
}

function judgeMemory(row: Row): Verdict[] {
  const target = row.work === firstBackup.title ? FIRST_BACKUP_MEMORY_TARGET : OTHER_MEMORY_TARGET;
  const ratio = ratioToRestic(row, 'peakBytes');
  return ratio === undefined ? [] : [verdictOn(`peak memory, ${row.work} ${row.dataSet}`, ratio, target)];
}

function judgeSize({ dataSet, repositoryBytes }: Row): Verdict[] {
  const { guardit, restic } = repositoryBytes ?? {};
  if (guardit === undefined || restic === undefined) return [];
  return [verdictOn(`repository size, ${dataSet}`, guardit / restic, SIZE_TARGET)];
}

function ratioToRestic(row: Row, what: keyof Measurement): number | undefined {
  const ours = medianOf(row, 'guardit', what);
  const theirs = medianOf(row, 'restic', what);
  return ours === undefined || theirs === undefined ? undefined : ours / theirs;
}

/** Judged as printed, to two decimals: nobody should have to explain why 0.62 is above 0.62. */
function verdictOn(subject: string, exact: number, target: Target): Verdict {
  const value = Math.round(exact * 100) / 100;
  return { subject, value, ...target, meetsMust: value <= target.must, meetsGoal: value <= target.goal };
}
