/**
 * Takes a picture of every page and state into docs/screenshots/: light and dark, at 100 % and 150 %. Needs a build and Chromium.
 * `npm run screenshots` takes all of them, `npm run screenshots -- overview --look=dark` some, and with `--language=de --to=/tmp/de`
 * those of another language, elsewhere.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BrowserContext, Page } from 'playwright-core';
import { backUpLetters } from '../test/e2e/support/backed-up-letters.ts';
import { openBrowser } from '../test/e2e/support/browser.ts';
import { startDemoCompany } from '../test/e2e/support/demo-company.ts';
import { logIn } from '../test/e2e/support/log-in.ts';
import { serve } from '../test/e2e/support/web-service.ts';
import { restoreShots } from './restore-shots.ts';
import type { Shot } from './shot.ts';

const FOLDER = option('to') ?? fileURLToPath(new URL('../docs/screenshots', import.meta.url));
const LANGUAGE = option('language') ?? 'en';

const button = (name: string) => (page: Page) => page.getByRole('button', { name }).first().click();

async function toWhere(page: Page): Promise<void> {
  await page.getByRole('textbox', { name: 'Name' }).fill('Web server');
  await page.getByRole('textbox', { name: 'Files and folders, one a line' }).fill('/srv/www');
  await button('Next')(page);
  await page.getByRole('radio', { name: /^Office NAS/ }).waitFor();
}

const SHOTS: readonly Shot[] = [
  { name: 'overview', path: '/' },
  { name: 'tasks', path: '/tasks' },
  { name: 'tasks-grouped', path: '/tasks?group=server' },
  { name: 'tasks-nothing-found', path: '/tasks?q=zebra' },
  {
    name: 'tasks-delete',
    path: '/tasks?q=database',
    ready: async (page) => {
      await page.getByRole('checkbox', { name: 'Select all' }).check();
      await button('Delete…')(page);
    },
  },
  {
    name: 'task',
    path: '/tasks/detail?id=nightly-database-dump',
    ready: (page) => page.locator('.recharts-bar').waitFor(),
  },
  { name: 'task-failed', path: '/tasks/detail?id=export-for-the-auditors' },
  { name: 'task-runs', path: '/tasks/detail?id=nightly-database-dump&tab=runs' },
  {
    name: 'task-log',
    path: '/tasks/detail?id=mirror-the-package-archive&tab=log',
    ready: (page) =>
      page
        .getByText(/packages-\d+\.tar/)
        .first()
        .waitFor(),
  },
  { name: 'task-commands', path: '/tasks/detail?id=erp-database&tab=commands' },
  { name: 'task-new', path: '/tasks/new' },
  {
    name: 'task-new-script',
    path: '/tasks/new',
    ready: async (page) => {
      await page.getByRole('radio', { name: /^Script/ }).check();
      await button('Create the task')(page);
    },
  },
  {
    name: 'task-edit',
    path: '/tasks/edit?id=nightly-database-dump',
    ready: (page) => page.getByText('The next five times').waitFor(),
  },
  { name: 'targets', path: '/targets' },
  { name: 'target', path: '/targets/detail?id=documents' },
  {
    name: 'target-edit',
    path: '/targets/edit?id=documents',
    ready: (page) => page.getByText('What would go now').scrollIntoViewIfNeeded(),
  },
  { name: 'protect-what', path: '/protect' },
  { name: 'protect-where', path: '/protect', ready: toWhere },
  {
    name: 'protect-when',
    path: '/protect',
    ready: async (page) => {
      await toWhere(page);
      await page.getByRole('radio', { name: /^Office NAS/ }).check();
      await button('Next')(page);
      await page.getByText('The next five times').waitFor();
    },
  },
  { name: 'repositories', path: '/repositories' },
  {
    name: 'repository',
    path: '/repositories/detail?id=office-nas',
    ready: (page) => page.locator('.recharts-area').waitFor(),
  },
  {
    name: 'repository-test',
    path: '/repositories/detail?id=usb-disk',
    ready: async (page) => {
      await button('Test the connection')(page);
      await page.getByText('Can read back').scrollIntoViewIfNeeded();
    },
  },
  { name: 'repository-disconnect', path: '/repositories/detail?id=usb-disk', ready: button('Disconnect…') },
  {
    name: 'repository-kit',
    path: '/repositories/detail?id=usb-disk',
    ready: async (page) => {
      await button('New recovery kit…')(page);
      await button('Make the kit')(page);
      await page.getByRole('region', { name: 'Recovery kit' }).waitFor();
    },
  },
  { name: 'repository-new', path: '/repositories/new' },
  { name: 'alerts', path: '/alerts' },
  { name: 'alerts-acknowledge', path: '/alerts', ready: button('Acknowledge') },
  { name: 'channels', path: '/alerts?tab=channels' },
  { name: 'channel-new', path: '/alerts?tab=channels', ready: button('Add a channel') },
  { name: 'agents', path: '/machines' },
  { name: 'audit', path: '/audit' },
  { name: 'settings-appearance', path: '/settings' },
  { name: 'settings-users', path: '/settings?part=users' },
  { name: 'settings-keys', path: '/settings?part=keys' },
  { name: 'settings-network', path: '/settings?part=network' },
  { name: 'popover', path: '/popover', size: { width: 380, height: 520 } },
  { name: 'no-such-page', path: '/nowhere' },
];

const DESKTOP = { width: 1280, height: 800 };

const LOOKS = [
  { name: 'light', colorScheme: 'light', deviceScaleFactor: 1 },
  { name: 'dark', colorScheme: 'dark', deviceScaleFactor: 1 },
  { name: 'light-150', colorScheme: 'light', deviceScaleFactor: 1.5 },
  { name: 'dark-150', colorScheme: 'dark', deviceScaleFactor: 1.5 },
] as const;

function option(name: string): string | undefined {
  const start = `--${name}=`;
  return process.argv.find((word) => word.startsWith(start))?.slice(start.length);
}

/** What leads to a state goes by English words. So another language is chosen when it is there, in a second window. */
async function inLanguage(page: Page, url: string, language: string): Promise<void> {
  if (LANGUAGE === 'en') return;
  const other = await page.context().newPage();
  await other.goto(`${url}/icon.svg`);
  await other.evaluate((chosen) => {
    localStorage.setItem('guardit.preferences', JSON.stringify({ appearance: 'system', language: chosen }));
  }, language);
  await other.close();
  await page.locator(`html[lang=${language}]`).waitFor({ state: 'attached' });
}

async function take(page: Page, url: string, shot: Shot, look: string): Promise<void> {
  await page.setViewportSize(shot.size ?? DESKTOP);
  await page.goto(url + shot.path);
  await page.locator('h1').first().waitFor();
  await shot.ready?.(page);
  await inLanguage(page, url, LANGUAGE);
  await page.waitForTimeout(300);
  await page.screenshot({ path: join(FOLDER, `${shot.name}-${look}.png`) });
  await inLanguage(page, url, 'en');
}

async function takeAll(browser: BrowserContext, url: string, look: string, shots: readonly Shot[]): Promise<void> {
  const page = await logIn(browser, url);
  for (const shot of shots) await take(page, url, shot, look);
}

async function main(): Promise<void> {
  const prefixes = process.argv.slice(2).filter((word) => !word.startsWith('--'));
  const only = option('look');
  const wanted = (name: string) => prefixes.length === 0 || prefixes.some((prefix) => name.startsWith(prefix));
  if (prefixes.length === 0 && option('to') === undefined) rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  const [company, fresh] = [await startDemoCompany(), await serve()];
  const letters = await backUpLetters(company);
  const shots = [...SHOTS, ...restoreShots(letters)].filter(({ name }) => wanted(name));
  try {
    for (const { name: look, ...options } of LOOKS.filter(({ name }) => only === undefined || name === only)) {
      const browser = await openBrowser({ ...options, viewport: DESKTOP });
      const page = await browser.newPage();
      if (wanted('first-run')) await take(page, fresh.url, { name: 'first-run', path: '/' }, look);
      if (wanted('login')) await take(page, company.url, { name: 'login', path: '/' }, look);
      await takeAll(browser, company.url, look, shots);
      await browser.close();
      console.log(`${look}: done`);
    }
  } finally {
    await Promise.all([company.remove(), fresh.remove()]);
    letters.remove();
  }
}

await main();
