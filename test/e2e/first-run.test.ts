import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BrowserContext } from 'playwright-core';
import { openBrowser } from './support/browser.ts';
import { serve, type WebService } from './support/web-service.ts';

const PASSWORD = 'correct horse battery';
let service: WebService;
let browser: BrowserContext;

beforeAll(async () => {
  [service, browser] = await Promise.all([serve(), openBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await service.remove();
});

test('from a new installation to the overview, by keyboard alone, and out again', async () => {
  const page = await browser.newPage();
  await page.goto(service.url);
  await page.getByLabel('Setup code').waitFor();
  // The first field has the focus.
  await page.keyboard.type(service.setupCode ?? '');
  for (const text of ['anna', PASSWORD, PASSWORD]) {
    await page.keyboard.press('Tab');
    await page.keyboard.type(text);
  }
  await page.keyboard.press('Enter');
  await page.getByRole('navigation').getByRole('link', { name: 'Overview' }).waitFor();

  // No script of the page can have the login.
  expect(
    await page.evaluate(() => document.cookie + JSON.stringify({ ...localStorage, ...sessionStorage })),
  ).not.toContain('ey');

  await page.getByRole('button', { name: /^anna/ }).click();
  await page.getByRole('menuitem', { name: 'Log out' }).click();
  await page.getByLabel('User name').fill('anna');
  await page.getByLabel('Password').fill('wrong password');
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByText('The user name or the password is wrong.').waitFor();
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByLabel('Password').press('Enter');
  await page.getByRole('navigation').getByRole('link', { name: 'Overview' }).waitFor();
});
