import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BrowserContext, Page } from 'playwright-core';
import {
  backUpLetters,
  FIRST_LETTER,
  FIRST_PLAN,
  HOSTILE_NAME,
  HOSTILE_TEXT,
  SECOND_PLAN,
  type Letters,
} from './support/backed-up-letters.ts';
import { openBrowser } from './support/browser.ts';
import { PASSWORD } from './support/demo-company.ts';
import { logIn } from './support/log-in.ts';
import { seriousProblems } from './support/serious-problems.ts';
import { serve, type WebService } from './support/web-service.ts';

let service: WebService;
let letters: Letters;
let browser: BrowserContext;
let page: Page;

beforeAll(async () => {
  [service, browser] = await Promise.all([serve(), openBrowser()]);
  for (const [username, role] of [
    ['anna', 'admin'],
    ['vera', 'viewer'],
  ]) {
    await service.api('POST', '/api/auth/users', { username, password: PASSWORD, role });
  }
  letters = await backUpLetters(service);
  page = await logIn(browser, service.url);
});
afterAll(async () => {
  await browser.close();
  await service.remove();
  letters.remove();
});

const heading = (name: string | RegExp) => page.getByRole('heading', { level: 1, name });
const button = (name: string | RegExp) => page.getByRole('button', { name });
const row = (name: string) => page.getByRole('row').filter({ has: page.getByText(name, { exact: true }) });
const at = (query: Readonly<Record<string, string>>) =>
  `${service.url}/restore?${new URLSearchParams(query).toString()}`;
const inFirst = () => at({ backup: letters.backupIds[0] ?? '', path: letters.source });

/** Where the finished restore that is shown put things. */
async function destination(): Promise<string> {
  await heading(/^Restored/).waitFor({ timeout: 60_000 });
  return page.locator('code').innerText();
}

test('which file first: found as one types, the older version downloaded and restored, byte by byte', async () => {
  await page.getByRole('navigation').getByRole('link', { name: 'Restore' }).click();
  await page.getByRole('link', { name: 'Letters' }).click();
  await page.getByRole('tab', { name: 'Find a file' }).click();
  await page.getByRole('searchbox').fill('pla');
  await page.getByRole('button', { name: /^plan\.txt/ }).click();
  await page.getByRole('heading', { name: 'Versions of plan.txt' }).waitFor();
  const older = page
    .getByRole('listitem')
    .filter({ has: page.getByRole('link', { name: /^Download/ }) })
    .nth(1);

  const [download] = await Promise.all([
    page.waitForEvent('download'),
    older.getByRole('link', { name: /^Download/ }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('plan.txt');
  expect(readFileSync(await download.path())).toEqual(Buffer.from(FIRST_PLAN));

  await older.getByRole('button', { name: /^Show:/ }).click();
  await page.getByRole('dialog').getByText('as it was at first').waitFor();
  await button('Close').click();

  await older.getByRole('button', { name: /^Restore…/ }).click();
  await button('See what would happen').click();
  await page.getByText('Nothing that exists is changed.').waitFor();
  await page.getByRole('button', { name: 'Restore', exact: true }).click();
  expect(readFileSync(join(await destination(), 'plan.txt'))).toEqual(Buffer.from(FIRST_PLAN));
  expect(readFileSync(join(letters.source, 'plan.txt'), 'utf8')).toBe(SECOND_PLAN);
});

test('the same by keyboard alone', async () => {
  await page.goto(at({}));
  await page.getByRole('link', { name: 'Letters' }).first().waitFor();
  await tabTo('Letters');
  await page.keyboard.press('Enter');
  await heading('Letters').waitFor();
  await tabTo('By time');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await page.getByRole('searchbox').waitFor();
  await tabTo('Name of a file or folder, or a part of it');
  await page.keyboard.type('old letter');
  await page.getByRole('button', { name: /^old letter\.txt/ }).waitFor();
  await tabTo(/^old letter\.txt/);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Versions of old letter.txt' }).waitFor();
  await tabTo(/^Download/);
  const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
  expect(readFileSync(await download.path(), 'utf8')).toBe('Somebody deleted me.\n');
  await page.keyboard.press('Shift+Tab');
  await tabTo(/^Restore…/);
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  await tabTo('See what would happen');
  await page.keyboard.press('Enter');
  await page.getByText('Nothing that exists is changed.').waitFor();
  await tabTo('Restore');
  await page.keyboard.press('Enter');
  expect(readFileSync(join(await destination(), 'old letter.txt'), 'utf8')).toBe('Somebody deleted me.\n');
});

/** Presses Tab until what has the focus is called so. */
async function tabTo(name: string | RegExp): Promise<void> {
  const named = page.getByRole('dialog').or(page.locator('body')).last();
  const wanted = named.locator(':focus');
  for (let presses = 0; presses < 60; presses++) {
    const label = await wanted.evaluateAll(([element]) =>
      element ? (element.getAttribute('aria-label') ?? element.textContent ?? '') : '',
    );
    if (typeof name === 'string' ? label === name : name.test(label)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab never comes to ${String(name)}.`);
}

test('around in a backup by keyboard, names and contents are text', async () => {
  await page.goto(inFirst());
  const grid = page.getByRole('grid');
  await row('plan.txt').waitFor();
  await grid.focus();
  expect(await page.getByText(HOSTILE_NAME, { exact: true }).count()).toBe(1);
  // It is the first of them.
  await page.keyboard.press('Enter');
  const shown = page.getByRole('dialog');
  await shown.getByText('<script>document.title').waitFor();
  expect(await shown.locator('pre').textContent()).toBe(HOSTILE_TEXT);
  expect(await page.title()).not.toContain('taken over');
  expect(await page.locator('#page img, [role=dialog] script, [role=dialog] b').count()).toBe(0);
  await page.keyboard.press('Escape');
  await shown.waitFor({ state: 'detached' });

  await grid.focus();
  await page.keyboard.press('End');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await page.getByRole('grid', { name: 'Contents of to Anna' }).waitFor();
  await row('2026').waitFor();
  await page.keyboard.press('Enter');
  await row('january.txt').waitFor();
  await page.keyboard.press('Backspace');
  await row('2026').waitFor();
  await page.keyboard.press('Space');
  await page.getByText('1 chosen').waitFor();
  expect(await row('2026').getAttribute('aria-selected')).toBe('true');
});

test('what cannot be shown says so, pictures and documents are drawn', async () => {
  await page.goto(inFirst());
  await page.getByText('unknown.bin').click();
  await page.getByText('This file cannot be shown here').waitFor();
  await button('Close').click();
  await page.getByText('picture.png').click();
  const picture = page.getByRole('img', { name: 'Picture picture.png' });
  await expect.poll(() => picture.evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBe(16);
  await button('Close').click();
  await page.getByText('document.pdf').click();
  await page.getByRole('dialog').getByText('A page to be read').waitFor({ state: 'attached' });
});

test('several go back to where they came from only with the explicit choice, after the plan', async () => {
  await page.goto(inFirst());
  await row('plan.txt').getByRole('gridcell').first().click();
  await row('to Anna').getByRole('gridcell').first().click();
  await page.getByText('2 chosen').waitFor();
  await button('Restore…').click();
  await page.getByRole('radio', { name: /^Back to where it came from/ }).check();
  await button('See what would happen').click();
  await page.getByText('Say what happens to files that are there.').waitFor();
  await page.getByRole('combobox').selectOption({ label: 'Overwrite them' });
  writeFileSync(join(letters.source, 'to Anna/2026/january.txt'), 'spoiled');
  await button('See what would happen').click();
  await page.getByText('2 files that exist now will be lost').waitFor();
  await page.getByText(join(letters.source, 'plan.txt')).waitFor();
  expect(readFileSync(join(letters.source, 'plan.txt'), 'utf8')).toBe(SECOND_PLAN);
  await button('Overwrite 2 files').click();
  await heading(/^Restored/).waitFor({ timeout: 60_000 });
  expect(readFileSync(join(letters.source, 'plan.txt'), 'utf8')).toBe(FIRST_PLAN);
  expect(readFileSync(join(letters.source, 'to Anna/2026/january.txt'), 'utf8')).toBe(FIRST_LETTER);
});

test('several are downloaded as one archive, named from the folder in sight', async () => {
  await page.goto(inFirst());
  await row('plan.txt').getByRole('gridcell').first().click();
  await row('to Anna').getByRole('gridcell').first().click();
  await row('picture.png').getByRole('gridcell').first().click();
  await page.getByText('3 chosen').waitFor();
  await button('Download').click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: 'Download as zip' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('letters.zip');
  const zip = await download.path();
  const inside = (name: string) => execFileSync('unzip', ['-p', zip, name]);
  expect(execFileSync('unzip', ['-Z1', zip], { encoding: 'utf8' }).trim().split('\n')).toEqual([
    'picture.png',
    'plan.txt',
    'to Anna/',
    'to Anna/2026/',
    'to Anna/2026/january.txt',
  ]);
  expect(inside('plan.txt')).toEqual(Buffer.from(FIRST_PLAN));
  expect(inside('picture.png')).toEqual(readFileSync(join(letters.source, 'picture.png')));
  expect(inside('to Anna/2026/january.txt')).toEqual(Buffer.from(FIRST_LETTER));
});

test('which time first: the calendar leads into a backup, and two of them are compared', async () => {
  await page.goto(at({ target: 'letters' }));
  await page
    .getByRole('gridcell', { selected: true })
    .getByRole('button', { name: /2 backups/ })
    .waitFor();
  await page.getByRole('button', { name: /^Compare with the one before/ }).click();
  await page.getByText('1 added, 1 changed, 1 removed').waitFor();
  const changes = page.getByRole('table', { name: 'Two backups compared' });
  await changes.getByRole('row', { name: /^Added.*new in the second\.txt/ }).waitFor();
  await changes.getByRole('row', { name: /^Removed.*old letter\.txt/ }).waitFor();
  await changes.getByRole('row', { name: /^Changed.*plan\.txt/ }).waitFor();
  await page.goBack();
  await page
    .getByRole('button', { name: /^Browse/ })
    .first()
    .click();
  // Past all the folders that hold one other folder only.
  await page.getByRole('grid', { name: `Contents of ${basename(letters.source)}` }).waitFor();
  await row('new in the second.txt').waitFor();
});

test('whoever may not restore is told why, and may look', async () => {
  const other = await openBrowser();
  try {
    const viewers = await logIn(other, service.url, 'vera');
    await viewers.goto(inFirst());
    await viewers.getByText('You may look around, but not restore').waitFor();
    await viewers.getByText('plan.txt').waitFor();
    expect(await viewers.getByRole('button', { name: /Restore|Download/ }).count()).toBe(0);
  } finally {
    await other.close();
  }
});

describe.each(['light', 'dark'] as const)('axe finds nothing serious: %s', (colorScheme) => {
  test('in the states of the page', async () => {
    const other = await openBrowser({ colorScheme });
    try {
      const looked = await logIn(other, service.url);
      const found: string[] = [];
      for (const [name, address, ready] of states()) {
        await looked.goto(address);
        await ready(looked);
        found.push(...(await seriousProblems(looked)).map((problem) => `${name} ${problem}`));
      }
      expect(found).toEqual([]);
    } finally {
      await other.close();
    }
  });
});

type State = readonly [name: string, address: string, ready: (page: Page) => Promise<unknown>];

function states(): readonly State[] {
  const plan = join(letters.source, 'plan.txt');
  const restoring = async (on: Page) => {
    await on.getByRole('button', { name: 'Restore this folder…' }).click();
    await on.getByRole('radio', { name: /^Back to where/ }).check();
  };
  return [
    ['start', at({}), (on) => on.getByRole('link', { name: 'Letters' }).first().waitFor()],
    ['times', at({ target: 'letters' }), (on) => on.getByRole('grid').waitFor()],
    ['search', at({ target: 'letters', by: 'file' }), (on) => on.getByRole('searchbox').waitFor()],
    [
      'found',
      at({ target: 'letters', by: 'file', q: 'plan', file: plan }),
      (on) =>
        on
          .getByRole('link', { name: /^Download/ })
          .first()
          .waitFor(),
    ],
    ['compare', at({ target: 'letters', by: 'compare' }), (on) => on.getByText('1 added').waitFor()],
    ['folder', inFirst(), (on) => on.getByText('plan.txt').waitFor()],
    [
      'text',
      inFirst(),
      async (on) => {
        await on.getByText('plan.txt').click();
        await on.getByText('as it was at first').waitFor();
      },
    ],
    ['dialog', inFirst(), restoring],
    [
      'plan',
      inFirst(),
      async (on) => {
        await restoring(on);
        await on.getByRole('combobox').selectOption('never');
        await on.getByRole('button', { name: 'See what would happen' }).click();
        await on.getByText('This would happen').waitFor();
      },
    ],
    [
      'report',
      at({ target: 'letters', by: 'restores' }),
      async (on) => {
        await on.getByRole('table').getByRole('link').first().click();
        await on.getByRole('heading', { level: 1, name: /^Restored/ }).waitFor();
      },
    ],
  ];
}
