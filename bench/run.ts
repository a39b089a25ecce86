import { mkdirSync, writeFileSync } from 'node:fs';
import { Arena } from './arena.ts';
import { provideDataSet } from './data/data-set.ts';
import type { DataSet } from './data/data-set.ts';
import { indexBytesPerBlob } from './index-memory.ts';
import { describeMachine } from './machine.ts';
import { parseOptions, USAGE } from './options.ts';
import type { BenchOptions } from './options.ts';
import { formatReport } from './report/report.ts';
import type { Report } from './report/report.ts';
import { judge } from './verdicts.ts';
import { WORKS } from './works/works.ts';
import type { Row } from './works/work.ts';

const INDEX_BLOBS = 1_000_000;

// Progress goes to stderr, so that stdout is the report alone.
const log = (line: string) => console.error(line);

/** Runs everything that was asked for. The scratch folder is gone afterwards, the data sets stay for the next run. */
async function runBenchmark(options: BenchOptions, signal: AbortSignal): Promise<Report> {
  const { cacheFolder, scale, repeatCount } = options;
  mkdirSync(cacheFolder, { recursive: true });
  const works = WORKS.filter(({ key }) => options.workKeys.includes(key));
  const names = options.dataSets.filter((name) => works.some((work) => work.dataSets.includes(name)));
  const machine = describeMachine();
  const dataSets: DataSet[] = [];
  const rows: Row[] = [];
  const arena = new Arena({ ...options, log, signal });
  try {
    for (const name of names) {
      log(`${name}:`);
      const dataSet = provideDataSet(name, cacheFolder, scale);
      dataSets.push(dataSet);
      for (const work of works) {
        if (!work.dataSets.includes(name)) continue;
        rows.push({ work: work.title, dataSet: name, ...(await work.measure(arena, dataSet)) });
      }
      arena.discardBases();
    }
  } finally {
    arena.dispose();
  }
  const versions = Object.fromEntries(arena.programs.map((program) => [program.name, program.version]));
  const indexBytes = options.workKeys.includes('index') ? indexBytesPerBlob(INDEX_BLOBS) : undefined;
  return {
    machine,
    versions,
    scale,
    repeatCount,
    dataSets,
    rows: inOrderOfWorks(rows),
    indexBytesPerBlob: indexBytes,
    verdicts: judge(inOrderOfWorks(rows), indexBytes),
  };
}

/** Measured by data set, read by kind of work. */
function inOrderOfWorks(rows: readonly Row[]): Row[] {
  return WORKS.flatMap(({ title }) => rows.filter(({ work }) => work === title));
}

async function main(argv: readonly string[]): Promise<number> {
  if (argv.includes('--help')) {
    console.log(USAGE);
    return 0;
  }
  const options = parseOptions(argv);
  // Ctrl+C also ends the program being measured; either way the scratch folder goes.
  const stop = new AbortController();
  process.on('SIGINT', () => stop.abort(new Error('Interrupted.')));
  const report = await runBenchmark(options, stop.signal);
  console.log(formatReport(report));
  if (options.jsonPath !== undefined) writeFileSync(options.jsonPath, `${JSON.stringify(report, null, 2)}\n`);
  return options.strict && report.verdicts.some(({ meetsMust }) => !meetsMust) ? 1 : 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
