import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BrowserContext, Page } from 'playwright-core';
import { damageFile } from '../support/damage.ts';
import { openBrowser } from './support/browser.ts';
import { PASSWORD } from './support/demo-company.ts';
import { logIn } from './support/log-in.ts';
import { backUpManyFiles, countRestored, MANY_FILES, type ManyFiles } from './support/many-files.ts';
import { serve, type WebService } from './support/web-service.ts';

const PATIENT = { timeout: 120_000 };

let service: WebService;
let many: ManyFiles;
let browser: BrowserContext;
let page: Page;

beforeAll(async () => {
  [service, browser] = await Promise.all([serve(), openBrowser()]);
  await service.api('POST', '/api/auth/users', { username: 'anna', password: PASSWORD, role: 'admin' });
  many = await backUpManyFiles(service);
  page = await logIn(browser, service.url);
}, 300_000);
afterAll(async () => {
  await browser.close();
  await service.remove();
  many.remove();
});

const heading = (name: string) => page.getByRole('heading', { level: 1, name });
const button = (name: string) => page.getByRole('button', { name, exact: true });
const fact = (name: string) => page.getByRole('definition').and(page.locator(`dt:text-is("${name}") + dd`));

async function restoreInto(folder: string): Promise<void> {
  const query = new URLSearchParams({ backup: many.backupId, path: many.source });
  await page.goto(`${service.url}/restore?${query.toString()}`);
  await button('Restore this folder…').click();
  await page.getByRole('radio', { name: /^Into a folder that I name/ }).check();
  await page.getByRole('textbox', { name: 'Folder' }).fill(folder);
  // Else a damaged backup is found before anything is written.
  await page.getByRole('checkbox', { name: /^Check the backup first/ }).uncheck();
  await button('See what would happen').click();
  await page.getByText('Nothing that exists is changed.').waitFor(PATIENT);
  await button('Restore').click();
}

/** Files, folders and links that a fact of the report is about. */
async function numberIn(name: string): Promise<number> {
  const words = await fact(name).innerText();
  return Number(/^[\d,]+/.exec(words)?.[0].replaceAll(',', ''));
}

test('a restore shows how far it is, is cancelled, and says what was restored and what was not', async () => {
  const folder = join(many.room, 'cancelled');
  await restoreInto(folder);
  const bar = page.getByRole('progressbar', { name: 'Progress' });
  const percent = async () =>
    Number(/^(\d+)%/.exec((await bar.getAttribute('aria-valuetext', PATIENT)) ?? '')?.[1] ?? 0);
  await expect.poll(percent, { ...PATIENT, interval: 50 }).toBeGreaterThan(0);
  await page.getByText(/ of \d+ files/).waitFor();
  await button('Cancel the restore').click();
  await heading('The restore was cancelled').waitFor(PATIENT);
  await page.getByText('Cancelled by anna.').waitFor();
  expect(await page.getByRole('progressbar').count()).toBe(0);

  const [restored, missing] = [await numberIn('Restored'), await numberIn('Not restored')];
  expect(restored).toBeGreaterThan(0);
  expect(missing).toBeGreaterThan(0);
  expect(restored + missing).toBeGreaterThanOrEqual(MANY_FILES);
  const there = countRestored(many.source, folder);
  expect(there).toBeGreaterThan(0);
  expect(there).toBeLessThan(MANY_FILES);
}, 300_000);

test('it goes on where it was, and is then complete', async () => {
  const folder = join(many.room, 'cancelled');
  const before = countRestored(many.source, folder);
  await button('Go on with it').click();
  await heading('Restored').waitFor(PATIENT);
  expect(await numberIn('Left as it was')).toBeGreaterThanOrEqual(before);
  expect(countRestored(many.source, folder)).toBe(MANY_FILES);
}, 300_000);

test('what could not be restored is named, and all the rest is there', async () => {
  const folder = join(many.room, 'damaged');
  const [pack = ''] = execFileSync('find', [join(many.repository, 'data'), '-type', 'f', '-size', '+3M'], {
    encoding: 'utf8',
  }).split('\n');
  damageFile(pack, 'cut in half');
  await restoreInto(folder);
  await heading('The restore failed').waitFor(PATIENT);
  await page.getByText(/The restore is not complete: \d+ problem/).waitFor();
  const named = await page
    .getByRole('listitem')
    .getByText(/folder-\d+\/\d+\.bin/)
    .count();
  expect(named).toBeGreaterThan(0);
  const there = countRestored(many.source, folder);
  expect(there).toBeGreaterThan(0);
  expect(there).toBeLessThan(MANY_FILES);
  expect(await numberIn('Restored')).toBeGreaterThanOrEqual(there);
}, 300_000);
