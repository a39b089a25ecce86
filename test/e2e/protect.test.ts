import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBrowser } from './support/browser.ts';
import { PASSWORD, startDemoCompany } from './support/demo-company.ts';
import { pressAt, tabTo, typeAt } from './support/keyboard.ts';
import { logIn } from './support/log-in.ts';
import { seriousProblems } from './support/serious-problems.ts';
import { serve, type WebService } from './support/web-service.ts';

/** A machine that others work on as well. */
const PATIENT = { timeout: 60_000 };

describe('from a new installation to a first backup', () => {
  let service: WebService;
  let browser: BrowserContext;
  let page: Page;
  let folder: string;

  beforeAll(async () => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'guardit-first-')));
    mkdirSync(join(folder, 'documents'));
    writeFileSync(join(folder, 'documents/letter <b>.txt'), 'Dear Sir,\n');
    writeFileSync(join(folder, 'documents/notes.tmp'), 'not to be kept');
    [service, browser] = await Promise.all([serve(), openBrowser()]);
  });
  afterAll(async () => {
    await browser.close();
    await service.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const field = (name: string) => page.getByRole('textbox', { name });

  test('the first user finds the wizard, and says what and where by keyboard alone', async () => {
    page = await browser.newPage();
    await page.goto(service.url);
    await page.getByLabel('Setup code').waitFor();
    await page.keyboard.type(service.setupCode ?? '');
    for (const text of ['anna', PASSWORD, PASSWORD]) {
      await page.keyboard.press('Tab');
      await page.keyboard.type(text);
    }
    await page.keyboard.press('Enter');
    await page.getByText('Nothing is watched or protected yet').waitFor();
    await pressAt(page, button('Protect something'));

    // What is missing is said at its field, which has the focus.
    await pressAt(page, button('Next'));
    await page.getByText('must not be empty').waitFor();
    await typeAt(page, field('Name'), 'Documents');
    await typeAt(page, field('Files and folders, one a line'), join(folder, 'documents'));
    await typeAt(page, field('Leave out, one a line'), '*.tmp');
    await pressAt(page, button('Next'));

    await typeAt(page, field('Name'), 'Office NAS');
    await typeAt(page, field('Folder'), join(folder, 'backups'));
    await pressAt(page, button('Make the repository'));
    await page.getByText('Office NAS is ready.').waitFor(PATIENT);
    for (const answer of ['Can write', 'Can read back', 'Free space', 'Clock'])
      await page.getByRole('term').filter({ hasText: answer }).waitFor();
    await pressAt(page, button('Next'));
  });

  test('when and how long, then the kit, which can be taken along', async () => {
    await page.getByText('The next five times').waitFor();
    expect(await page.getByRole('list').getByRole('listitem').count()).toBeGreaterThan(5);
    await pressAt(page, button('Next'));

    await page.getByRole('heading', { name: 'Recovery kit of Office NAS' }).waitFor();
    expect(await button('Protect and back up now').isDisabled()).toBe(true);
    const saved = page.waitForEvent('download');
    await pressAt(page, button('Download'));
    const kit = readFileSync(await (await saved).path(), 'utf8');
    expect(kit).toMatch(/^RECOVERY KIT/);
    expect(kit).toMatch(/Password +\S+/);
    await pressAt(page, page.getByRole('checkbox', { name: 'I have stored it outside this machine' }), 'Space');
    await pressAt(page, button('Protect and back up now'));
  });

  test('the first backup runs to its end, and is shown everywhere', async () => {
    await page.getByText('The backup is complete').waitFor(PATIENT);
    await pressAt(page, button('Show what is protected'));
    await page.getByRole('heading', { level: 1, name: 'Documents' }).waitFor();
    await page.getByText('Protected').first().waitFor();
    await page.getByRole('table', { name: 'Backups of Documents' }).getByText('Completed').waitFor();
    await page.getByRole('table', { name: 'Schedules' }).getByText('Every day at 02:00').waitFor();

    await pressAt(page, page.getByRole('link', { name: 'Overview' }));
    const panel = page.getByRole('table', { name: 'Could it be restored?' });
    await panel.getByRole('link', { name: 'Documents' }).waitFor();
    await panel.getByText('Stored').waitFor();
    await page.getByRole('heading', { name: 'Storage' }).waitFor();

    await pressAt(page, page.getByRole('link', { name: 'Targets' }));
    await page
      .getByRole('row', { name: /Documents/ })
      .getByText('Protected')
      .waitFor();
    const { targets } = (await service.api('GET', '/api/v1/targets')) as {
      targets: { config: unknown; retention: unknown }[];
    };
    expect(targets).toMatchObject([
      {
        config: { paths: [join(folder, 'documents')], excludes: ['*.tmp'], exclude_caches: true },
        retention: { daily: 7, weekly: 5, monthly: 12 },
      },
    ]);
  });

  test('a backup is made now, pinned, verified, and not deleted without a word', async () => {
    await page.getByRole('link', { name: 'Documents' }).click();
    await button('Back up now').click();
    await page.getByRole('heading', { name: '2 backups' }).waitFor(PATIENT);
    const newest = page.getByRole('table', { name: 'Backups of Documents' }).getByRole('row').nth(1);
    await newest.getByText('Completed').waitFor(PATIENT);
    await newest.getByRole('button').click();
    await page.getByRole('menuitem', { name: 'Pin' }).click();
    await newest.getByText('Pinned').waitFor();
    await newest.getByRole('button').click();
    await page.getByRole('menuitem', { name: 'Verify' }).click();
    await newest.getByText('Sound').waitFor(PATIENT);
    await newest.getByRole('button').click();
    await page.getByRole('menuitem', { name: 'Delete…' }).click();
    const dialog = page.getByRole('alertdialog');
    await dialog.getByText(/can not be brought back to that time/).waitFor();
    // It is pinned: the API refuses, and the dialog says why.
    await dialog.getByRole('button', { name: 'Delete the backup' }).click();
    await dialog.getByText(/pinned/).waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
  });

  test('rules are tried before they are saved', async () => {
    await button('Edit').click();
    // Of two of one day, the rules have left the newer one.
    await page.getByText('1 backup stays, nothing goes.').waitFor(PATIENT);
    await page.getByRole('radio', { name: /^Rules of your own/ }).check();
    await page.getByRole('spinbutton', { name: 'One a day, days' }).fill('');
    await page.getByRole('spinbutton', { name: 'One a week, weeks' }).fill('');
    await page.getByRole('spinbutton', { name: 'One a month, months' }).fill('');
    await page.getByRole('spinbutton', { name: 'The newest' }).fill('5');
    await page.getByText('1 backup stays, nothing goes.').waitFor(PATIENT);
    await button('Save').click();
    await page.getByText('the newest 5').waitFor();
  });

  test('a repository is looked at; disconnecting says what goes and what stays', async () => {
    await page.getByRole('navigation').getByRole('link', { name: 'Repositories' }).click();
    await page.getByRole('link', { name: 'Office NAS' }).click();
    await button('Test the connection').click();
    await page.getByRole('term').filter({ hasText: 'Can read back' }).waitFor(PATIENT);
    await button('Disconnect…').click();
    const dialog = page.getByRole('alertdialog');
    await dialog.getByText(/forgets how to open it/).waitFor();
    await dialog.getByText(/is deleted: all backups stay there/).waitFor();
    await dialog.getByRole('button', { name: 'Disconnect the repository' }).click();
    await dialog.getByText(/Targets are backed up to/).waitFor();
    await tabTo(page, dialog.getByRole('button', { name: 'Cancel' }));
    await page.keyboard.press('Enter');
  });
});

const PAGES = [
  '/',
  '/targets',
  '/targets/detail?id=documents',
  '/targets/edit?id=documents',
  '/protect',
  '/repositories',
  '/repositories/detail?id=office-nas',
  '/repositories/detail?id=usb-disk',
  '/repositories/new',
  '/alerts',
  '/alerts?tab=history',
  '/alerts?tab=channels',
];

describe('for everybody', () => {
  let company: WebService;

  beforeAll(async () => {
    company = await startDemoCompany();
  });
  afterAll(() => company.remove());

  test.each(['light', 'dark'] as const)('axe finds nothing serious: %s', async (colorScheme) => {
    const browser = await openBrowser({ colorScheme });
    try {
      const page = await logIn(browser, company.url);
      const found: string[] = [];
      for (const path of PAGES) {
        await page.goto(company.url + path);
        await page.locator('#page h1').waitFor();
        await page.getByText('Loading…').first().waitFor({ state: 'detached' });
        found.push(...(await seriousProblems(page)).map((problem) => `${path} ${problem}`));
      }
      await page.getByRole('button', { name: 'Add a channel' }).click();
      await page.getByRole('textbox', { name: 'Mail server' }).waitFor();
      found.push(...(await seriousProblems(page)).map((problem) => `dialog ${problem}`));
      expect(found).toEqual([]);
    } finally {
      await browser.close();
    }
  });

  test('a viewer looks, and changes nothing', async () => {
    const browser = await openBrowser();
    try {
      const page = await logIn(browser, company.url, 'vera');
      expect(await page.getByRole('button', { name: 'Protect something' }).count()).toBe(0);
      await page.goto(`${company.url}/targets/detail?id=documents`);
      await page.getByRole('heading', { level: 1, name: 'Documents' }).waitFor();
      await page.getByRole('table', { name: 'Backups of Documents' }).waitFor();
      for (const name of ['Back up now', 'Edit', 'Add a schedule', 'Prove a restore'])
        expect(await page.getByRole('button', { name }).count(), name).toBe(0);
      await page.goto(`${company.url}/repositories/detail?id=usb-disk`);
      await page.getByText('The recovery kit of USB disk is not stored yet.').waitFor();
      for (const name of ['Disconnect…', 'New recovery kit…', 'Test the connection', 'Run now'])
        expect(await page.getByRole('button', { name }).count(), name).toBe(0);
    } finally {
      await browser.close();
    }
  });

  test('German is whole', async () => {
    const browser = await openBrowser({ locale: 'de-DE' });
    try {
      const page = await logIn(browser, company.url);
      for (const path of PAGES) {
        await page.goto(company.url + path);
        await page.locator('#page h1').waitFor();
        const text = await page.locator('#page').innerText();
        expect(text, path).not.toMatch(
          /\b(?:Storage|Last backup|Recovery kit|Protected|Acknowledge|Channels|Back up now)\b/,
        );
      }
    } finally {
      await browser.close();
    }
  });
});
