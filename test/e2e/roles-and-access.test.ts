import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { openBrowser } from './support/browser.ts';
import { startDemoCompany } from './support/demo-company.ts';
import { logIn } from './support/log-in.ts';
import { seriousProblems } from './support/serious-problems.ts';
import type { WebService } from './support/web-service.ts';

let service: WebService;

beforeAll(async () => {
  service = await startDemoCompany();
});
afterAll(() => service.remove());

async function seenBy(username: string, look: (page: Page) => Promise<void>): Promise<void> {
  const browser = await openBrowser();
  try {
    await look(await logIn(browser, service.url, username));
  } finally {
    await browser.close();
  }
}

describe('each role sees what it may', () => {
  test('a viewer reads', () =>
    seenBy('vera', async (page) => {
      const names = await page.getByRole('navigation').getByRole('link').allInnerTexts();
      expect(names).toContain('Tasks');
      expect(names).not.toContain('Audit');
      expect(await page.getByRole('button', { name: 'Run again' }).count()).toBe(0);
      await page.goto(`${service.url}/tasks/detail?id=nightly-database-dump`);
      await page.getByRole('heading', { level: 1, name: 'Nightly database dump' }).waitFor();
      expect(await page.getByRole('button', { name: 'Run now' }).count()).toBe(0);
      // Whoever knows the address is told, not shown.
      await page.goto(`${service.url}/audit`);
      await page.getByText('This is not for your role').waitFor();
    }));

  test('an operator runs, and does not say what a script does', () =>
    seenBy('bert', async (page) => {
      await page.getByRole('button', { name: 'Run again' }).first().waitFor();
      await page.goto(`${service.url}/tasks/new`);
      expect(await page.getByRole('radio', { name: /^Script/ }).isDisabled()).toBe(true);
      expect(await page.getByRole('radio', { name: /^Webhook/ }).isDisabled()).toBe(false);
      await page.goto(`${service.url}/settings`);
      await page.getByRole('tab', { name: 'Appearance' }).waitFor();
      expect(await page.getByRole('tab', { name: 'Users' }).count()).toBe(0);
    }));
});

const PAGES = [
  '/',
  '/tasks',
  '/tasks?group=server',
  '/tasks/detail?id=export-for-the-auditors',
  '/tasks/detail?id=nightly-database-dump&tab=runs',
  '/tasks/detail?id=mirror-the-package-archive&tab=log',
  '/tasks/detail?id=erp-database&tab=history',
  '/tasks/detail?id=erp-database&tab=commands',
  '/tasks/new',
  '/tasks/edit?id=nightly-database-dump',
  '/alerts',
  '/machines',
  '/audit',
  '/settings',
  '/settings?part=account',
  '/settings?part=users',
  '/settings?part=keys',
  '/settings?part=secrets',
  '/settings?part=network',
  '/nowhere',
];

describe.each(['light', 'dark'] as const)('axe finds nothing serious: %s', (colorScheme) => {
  test('on every page, and before the login', async () => {
    const browser = await openBrowser({ colorScheme });
    try {
      const found: string[] = [];
      const login = await browser.newPage();
      await login.goto(service.url);
      await login.getByLabel('User name').waitFor();
      found.push(...(await seriousProblems(login)).map((problem) => `login ${problem}`));
      const page = await logIn(browser, service.url);
      for (const path of PAGES) {
        await page.goto(service.url + path);
        await page.locator('#page h1').waitFor();
        await page.getByText('Loading…').first().waitFor({ state: 'detached' });
        found.push(...(await seriousProblems(page)).map((problem) => `${path} ${problem}`));
      }
      expect(found).toEqual([]);
    } finally {
      await browser.close();
    }
  });
});

test('German is whole: no page has an English word left', async () => {
  const browser = await openBrowser({ locale: 'de-DE' });
  try {
    const page = await logIn(browser, service.url);
    await page.getByText('Die letzten 30 Tage').waitFor();
    expect(await page.locator('nav').innerText()).toContain('Übersicht');
    expect(await page.locator('body').innerText()).not.toMatch(/\b(?:Overview|Tasks|Needs attention|running now)\b/);
  } finally {
    await browser.close();
  }
});
