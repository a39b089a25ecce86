/**
 * How smoothly the restore browser scrolls: `npm run bench:ui`. Headless Chromium, the built pages from a real service, and a
 * folder of a million entries, whose pages are made up here. Needs a build.
 */
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import { backUpLetters } from '../../test/e2e/support/backed-up-letters.ts';
import { openBrowser } from '../../test/e2e/support/browser.ts';
import { PASSWORD } from '../../test/e2e/support/demo-company.ts';
import { logIn } from '../../test/e2e/support/log-in.ts';
import { serve } from '../../test/e2e/support/web-service.ts';
import { describeMachine } from '../machine.ts';
import { formatTable } from '../report/table.ts';
import { median } from '../statistics.ts';
import { measureFrames, SLOW_MS, type FrameTimes } from './frames.ts';
import { traceMainThread, type Work } from './main-thread.ts';
import { answerFolder, FOLDER } from './million-entries.ts';
import { MOVEMENTS } from './movements.ts';

const HELP = `npm run bench:ui -- [options]

  --entries N   in the folder (default: 1000000)
  --seconds N   of each movement (default: 5)
  --rounds N    of all movements (default: 3); the median of their longest frames counts
  --json        print JSON`;

const { values } = parseArgs({
  options: {
    entries: { type: 'string', default: '1000000' },
    seconds: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '3' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const total = Number(values.entries);
const seconds = Number(values.seconds);

interface Result extends Work {
  readonly movement: string;
  readonly rounds: readonly FrameTimes[];
}

async function main(): Promise<void> {
  if (values.help) return console.log(HELP);
  const [service, browser] = await Promise.all([serve(), openBrowser()]);
  await service.api('POST', '/api/auth/users', { username: 'anna', password: PASSWORD, role: 'admin' });
  const letters = await backUpLetters(service);
  try {
    const page = await logIn(browser, service.url);
    const [backupId = ''] = letters.backupIds;
    const answers = await answerFolder(page, backupId, total);
    const openMs = await open(page, `${service.url}/restore?backup=${backupId}&path=${encodeURIComponent(FOLDER)}`);
    const frames = await framesOf(page);
    const results: Result[] = [];
    // Afterwards: a trace of everything takes a good part of a core, and frames wait for it.
    for (const { name, act } of MOVEMENTS) {
      const work = await traceMainThread(page, () => act(page, seconds));
      results.push({ movement: name, rounds: frames.get(name) ?? [], ...work });
    }
    const rows = await page.getByRole('row').count();
    say({ openMs, results, answers: answers(), rows });
  } finally {
    await browser.close();
    await service.remove();
    letters.remove();
  }
}

/** Of each movement in each round. */
async function framesOf(page: Page): Promise<ReadonlyMap<string, readonly FrameTimes[]>> {
  const frames = new Map<string, FrameTimes[]>();
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const { name, act } of MOVEMENTS) {
      const times = await measureFrames(page, () => act(page, seconds));
      frames.set(name, [...(frames.get(name) ?? []), times]);
    }
  }
  return frames;
}

/** Until the first names are there. */
async function open(page: Page, address: string): Promise<number> {
  const start = performance.now();
  await page.goto(address);
  await page.getByText('scan-0000001.pdf').waitFor();
  return performance.now() - start;
}

function say(facts: {
  readonly openMs: number;
  readonly results: readonly Result[];
  readonly answers: number;
  readonly rows: number;
}): void {
  const { openMs, results, answers, rows } = facts;
  const isMet = results.every(({ rounds }) => usual(rounds, 'longestMs') < SLOW_MS);
  if (values.json) return console.log(JSON.stringify({ total, isMet, ...facts }, null, 2));
  const { cpu, cores, system, load } = describeMachine();
  console.log(`${cpu}, ${cores} cores, ${system}; load ${load} (above ${cores}, others are measured as well)`);
  console.log(
    `A folder of ${total.toLocaleString('en')} entries, whose pages are made up by this program, not read from a`,
  );
  console.log(`repository; headless Chromium, 1280 x 800. Shown after ${openMs.toFixed(0)} ms.\n`);
  const ms = (value: number) => value.toFixed(1);
  console.log(
    formatTable(
      [
        'movement',
        'frames',
        'median ms',
        'p95 ms',
        'longest ms',
        `${SLOW_MS} ms or more`,
        'in the worst round',
        'CPU ms a second',
        'longest task, CPU ms',
      ],
      results.map(({ movement, rounds, totalMs, longestTaskMs }) => [
        movement,
        String(usual(rounds, 'frames')),
        ...(['medianMs', 'p95Ms', 'longestMs'] as const).map((figure) => ms(usual(rounds, figure))),
        rounds.map(({ slow }) => slow).join(', '),
        ms(Math.max(...rounds.map((round) => round.longestMs))),
        ms(totalMs / seconds),
        ms(longestTaskMs),
      ]),
    ),
  );
  console.log(`\n${answers} pages of the folder were read, ${rows} rows existed in the end.`);
  const longestTaskMs = Math.max(...results.map((result) => result.longestTaskMs));
  console.log(`The longest task took ${ms(longestTaskMs)} ms of the main thread's CPU, whatever else the machine did.`);
  console.log(
    `The longest frame of the median round: below ${SLOW_MS} ms ${isMet ? 'met' : 'NOT met'} in every movement.`,
  );
}

/** In the median of the rounds. */
function usual(rounds: readonly FrameTimes[], figure: keyof FrameTimes): number {
  return median(rounds.map((round) => round[figure]));
}

await main();
