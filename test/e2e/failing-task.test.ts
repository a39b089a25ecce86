import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BrowserContext, Page } from 'playwright-core';
import { openBrowser } from './support/browser.ts';
import { PASSWORD } from './support/demo-company.ts';
import { logIn } from './support/log-in.ts';
import { serve, type WebService } from './support/web-service.ts';

let service: WebService;
let browser: BrowserContext;
let page: Page;

beforeAll(async () => {
  [service, browser] = await Promise.all([serve(), openBrowser()]);
  await service.api('POST', '/api/auth/users', { username: 'anna', password: PASSWORD, role: 'admin' });
  page = await logIn(browser, service.url);
});
afterAll(async () => {
  await browser.close();
  await service.remove();
});

const heading = (name: string | RegExp) => page.getByRole('heading', { level: 1, name });

test('a task that fails is made, seen, mended and well again', async () => {
  await page.getByRole('button', { name: 'New task' }).click();
  await page.getByRole('radio', { name: /^Script/ }).check();
  // What the API would refuse is refused here, at its field.
  await page.getByRole('button', { name: 'Create the task' }).click();
  await page.getByText('must not be empty').first().waitFor();
  await page.getByLabel(/^Name/).fill('Copy <b>home</b>');
  await page.getByRole('textbox', { name: 'Program' }).fill('sh');
  await page.getByLabel('Arguments, one a line').fill('-c\necho "<img src=x onerror=alert(1)>"; exit 3');
  await page.getByRole('combobox', { name: 'Schedule' }).click();
  await page.getByRole('option', { name: 'Every day' }).click();
  await page.getByText('The next five times').waitFor();
  await page.getByLabel('Retries after a failure').fill('0');
  await page.getByRole('button', { name: 'Create the task' }).click();

  // A name is text, whatever stands in it.
  await heading('Copy <b>home</b>').waitFor();
  await page.getByRole('button', { name: 'Run now' }).click();
  await page.getByText('The script ended with exit code 3.').waitFor();
  await page.getByRole('tab', { name: 'Log' }).click();
  await page.getByText('<img src=x onerror=alert(1)>').waitFor();

  await page.getByRole('link', { name: 'Overview' }).click();
  await heading('1 task needs you').waitFor();
  await page.getByText('Its log says why').waitFor();
  await page.getByRole('link', { name: 'Copy <b>home</b>' }).first().click();
  await page.getByRole('button', { name: 'Edit' }).click();
  await page.getByLabel('Arguments, one a line').fill('-c\necho "All is copied"');
  await page.getByRole('button', { name: 'Save' }).click();
  await heading('Copy <b>home</b>').waitFor();
  await page.getByRole('button', { name: 'Run now' }).click();

  // Nothing is clicked: the page hears of it.
  await page.getByRole('link', { name: 'Overview' }).click();
  await heading('The task is well').waitFor();
});

test('a monitored task goes overdue, and is well when its script reports', async () => {
  await service.api('POST', '/api/tasks/register', {
    taskId: 'silent',
    displayName: 'Silent script',
    taskType: 'files',
    expectedSchedule: 'every 1 minutes',
    graceMinutes: 0,
  });
  await page.goto(service.url);
  await heading('1 task needs you').waitFor({ timeout: 110_000 });
  await page.getByText('Overdue').first().waitFor();
  await service.report('silent', 'running', 'Half of it', 50);
  await page.getByRole('progressbar', { name: 'Silent script' }).waitFor();
  await service.report('silent', 'completed', 'All of it', 100);
  await heading(/tasks are well/).waitFor();
});

test('a lost connection is said, and what was missed is caught up', async () => {
  const { port } = new URL(service.url);
  await service.stop();
  await page.getByRole('alert').getByText('Reconnecting…').waitFor();
  service = await serve({ port: Number(port), folder: service.folder });
  await service.report('silent', 'failed', 'The disk is full');
  await heading('1 task needs you').waitFor({ timeout: 40_000 });
  await page.getByText('Reconnecting…').waitFor({ state: 'detached' });
  expect(await page.getByText(/The disk is full/).count()).toBeGreaterThan(0);
});

test('deleting names what is lost', async () => {
  await page.getByRole('link', { name: 'Tasks' }).click();
  await page.getByRole('checkbox', { name: 'Select Silent script' }).check();
  await page.getByRole('button', { name: 'Delete…' }).click();
  await page
    .getByRole('alertdialog')
    .getByText(/whole history/)
    .waitFor();
  await page.getByRole('button', { name: 'Delete the task' }).click();
  await page.getByRole('link', { name: 'Silent script' }).waitFor({ state: 'detached' });
});
