import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { DATA_SET_NAMES } from './data/data-set.ts';
import type { DataSetName } from './data/data-set.ts';
import { WORKS } from './works/works.ts';

export const USAGE = `npm run bench [-- OPTIONS]: compares GuardIT with restic (and borg) on generated data

  --only D1,D2,D3    these data sets only
  --works ${WORKS.map(({ key }) => key).join(',')},index
                     these kinds of work only
  --repeat N         rounds; the median counts (3)
  --scale X          size of the data sets; 1 is 2 GiB, 100,000 files, 2 GiB (1)
  --data DIR         where data sets are kept and repositories are made
  --json FILE        also writes everything as JSON
  --guardit FILE     the program to measure (scripts/guardit)
  --no-borg          leaves borg out, even if it is installed
  --strict           exits with 1 when a must is missed`;

export interface BenchOptions {
  readonly dataSets: readonly DataSetName[];
  readonly workKeys: readonly string[];
  readonly repeatCount: number;
  readonly scale: number;
  readonly cacheFolder: string;
  readonly jsonPath: string | undefined;
  readonly executable: string;
  readonly withBorg: boolean;
  readonly strict: boolean;
}

/** Throws what `util.parseArgs` throws, or an error that names the option with the bad value. */
export function parseOptions(argv: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...argv],
    allowNegative: true,
    options: {
      only: { type: 'string' },
      works: { type: 'string' },
      repeat: { type: 'string', default: '3' },
      scale: { type: 'string', default: '1' },
      data: { type: 'string', default: join(tmpdir(), 'guardit-bench') },
      json: { type: 'string' },
      guardit: { type: 'string', default: fileURLToPath(new URL('../scripts/guardit', import.meta.url)) },
      borg: { type: 'boolean', default: true },
      strict: { type: 'boolean', default: false },
    },
  });
  return {
    dataSets: choose('--only', values.only, DATA_SET_NAMES),
    workKeys: choose('--works', values.works, [...WORKS.map(({ key }) => key), 'index']),
    repeatCount: Math.ceil(positive('--repeat', values.repeat)),
    scale: positive('--scale', values.scale),
    cacheFolder: resolve(values.data),
    jsonPath: values.json,
    executable: resolve(values.guardit),
    withBorg: values.borg,
    strict: values.strict,
  };
}

function choose<Name extends string>(
  option: string,
  wanted: string | undefined,
  all: readonly Name[],
): readonly Name[] {
  if (wanted === undefined) return all;
  const names = wanted.split(',');
  const unknown = names.filter((name) => !all.some((known) => known === name));
  if (unknown.length > 0) throw new Error(`${option} knows ${all.join(', ')}, not ${unknown.join(', ')}.`);
  return all.filter((name) => names.includes(name));
}

function positive(option: string, text: string): number {
  const value = Number(text);
  if (!(value > 0 && value < Infinity)) throw new Error(`${option} needs a number above 0, not ${text}.`);
  return value;
}
