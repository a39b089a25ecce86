import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser } from './support/browser.ts';
import { PASSWORD } from './support/demo-company.ts';
import { logIn } from './support/log-in.ts';
import { serve, type WebService } from './support/web-service.ts';

interface Message {
  readonly signature: string | undefined;
  readonly body: string;
}

const PATIENT = { timeout: 60_000 };
const received: Message[] = [];
let sink: Server;
let address: string;
let service: WebService;
let browser: BrowserContext;
let page: Page;
let lateOnes: { readonly channel_id: number };

beforeAll(async () => {
  sink = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.once('end', () => {
      received.push({ signature: request.headers['x-guardit-signature']?.toString(), body });
      response.end('ok');
    });
  });
  await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(sink.address() as AddressInfo).port}/hook`;
  [service, browser] = await Promise.all([serve(), openBrowser()]);
  await service.api('POST', '/api/auth/users', { username: 'anna', password: PASSWORD, role: 'admin' });
  page = await logIn(browser, service.url);
});
afterAll(async () => {
  await browser.close();
  await service.remove();
  sink.close();
});

const dialog = () => page.getByRole('dialog');

test('a channel is added and tested', async () => {
  await page.getByRole('navigation').getByRole('link', { name: 'Alerts' }).click();
  await page.getByText('Nothing is wrong').waitFor();
  await page.getByRole('tab', { name: 'Channels' }).click();
  await page.getByText('Nobody is told yet').waitFor();
  await page.getByRole('button', { name: 'Add a channel' }).click();
  await dialog().getByRole('combobox', { name: 'Kind', exact: true }).click();
  await page.getByRole('option', { name: 'Webhook' }).click();
  await dialog().getByRole('button', { name: 'Add a channel' }).click();
  await dialog().getByText('Something is not right yet').waitFor();
  await dialog().getByLabel(/^Name/).fill('Monitoring');
  await dialog()
    .getByLabel(/^Address/)
    .fill(address);
  await dialog()
    .getByLabel(/^Secret/)
    .fill('shared words');
  await dialog().getByRole('button', { name: 'Add a channel' }).click();
  await page.getByRole('button', { name: 'Test Monitoring' }).click();
  await page.getByText('The test message went out').waitFor(PATIENT);
  expect(received.at(-1)?.body).toContain('Monitoring');
  expect(received.at(-1)?.signature).toMatch(/^sha256=[0-9a-f]{64}$/);
});

test('a channel is told of the kinds of alerts that were chosen for it', async () => {
  await page.getByRole('button', { name: 'Change Monitoring' }).click();
  await dialog().getByRole('combobox', { name: 'Kinds of alerts' }).click();
  await page.getByRole('option', { name: 'Only these' }).click();
  const kinds = dialog().getByRole('group', { name: 'Kinds of alerts' });
  await dialog().getByRole('button', { name: 'Save' }).click();
  await kinds.getByRole('checkbox', { name: 'Overdue' }).waitFor();
  await dialog().getByText('Choose at least one kind.').waitFor();
  await kinds.getByRole('checkbox', { name: 'Failed' }).check();
  await kinds.getByRole('checkbox', { name: 'Stuck' }).check();
  await dialog().getByRole('button', { name: 'Save' }).click();
  await page.getByText('Warnings and critical alerts, 2 kinds').waitFor();

  await page.getByRole('button', { name: 'Change Monitoring' }).click();
  expect(await kinds.getByRole('checkbox', { name: 'Failed' }).isChecked()).toBe(true);
  expect(await kinds.getByRole('checkbox', { checked: true }).count()).toBe(2);
  await kinds.getByRole('checkbox', { name: 'Stuck' }).uncheck();
  await dialog().getByRole('button', { name: 'Save' }).click();
  await page.getByText('Warnings and critical alerts, 1 kind', { exact: true }).waitFor();
  const config = { url: address };
  const other = { name: 'Late ones', kind: 'webhook', config, kinds: ['overdue'] };
  lateOnes = (await service.api('POST', '/api/v1/channels', other)) as { channel_id: number };
});

test('an alert opens by itself, is told, and is acknowledged', async () => {
  const config = { shell: true, command: 'exit 3' };
  await service.api('POST', '/api/tasks', { name: 'Copy <b>home</b>', type: 'script', config, maxRetries: 0 });
  await service.api('POST', '/api/tasks/copy-b-home-b/execute', {});
  await page.getByRole('tab', { name: 'Open' }).click();
  // What a name holds is text.
  const entry = page
    .getByRole('list', { name: 'Alerts' })
    .getByRole('listitem')
    .filter({ hasText: 'Copy <b>home</b>' });
  await entry.waitFor(PATIENT);
  await expect.poll(() => received.some(({ body }) => body.includes('Copy <b>home</b>')), PATIENT).toBe(true);
  // Its message would have been made with the alert.
  const { total } = (await service.api('GET', `/api/v1/channels/${lateOnes.channel_id}/deliveries`)) as {
    total: number;
  };
  expect(total).toBe(0);
  await service.api('DELETE', `/api/v1/channels/${lateOnes.channel_id}`);
  await entry.getByRole('button', { name: /^Acknowledge/ }).click();
  await dialog().getByLabel('Note').fill('I am on it.');
  await dialog().getByRole('button', { name: 'Acknowledge' }).click();
  await entry.getByText(/^Seen by anna .*: I am on it\.$/).waitFor();
  expect(await entry.getByRole('button', { name: /^Acknowledge/ }).count()).toBe(0);
});

test('what is mended is history, which can be filtered', async () => {
  await service.api('PUT', '/api/tasks/copy-b-home-b', { config: { shell: true, command: 'exit 0' } });
  await service.api('POST', '/api/tasks/copy-b-home-b/execute', {});
  await page.getByText('Nothing is wrong').waitFor(PATIENT);
  await page.getByRole('tab', { name: 'History' }).click();
  await page
    .getByText(/resolved/)
    .first()
    .waitFor();
  await page.getByRole('combobox', { name: 'Kind', exact: true }).click();
  await page.getByRole('option', { name: 'Overdue' }).click();
  await page.getByText('No alert is like that').waitFor();
  await page.getByRole('button', { name: 'Clear the filters' }).click();
  await page
    .getByText(/resolved/)
    .first()
    .waitFor();
});

test('a secret is written, not read; a channel that fails says so, and goes with what is lost named', async () => {
  await page.getByRole('tab', { name: 'Channels' }).click();
  await page.getByRole('button', { name: 'Messages of Monitoring' }).click();
  await page.getByRole('table', { name: 'Messages of Monitoring' }).getByText('Sent').first().waitFor();

  await page.getByRole('button', { name: 'Change Monitoring' }).click();
  expect(
    await dialog()
      .getByLabel(/^Secret/)
      .inputValue(),
  ).toBe('');
  await dialog().getByText('One is stored. Leave it empty to keep it.').waitFor();
  await dialog().getByLabel(/^Name/).fill('Pager');
  await dialog().getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: 'Test Pager' }).click();
  await page.getByText('The test message went out').waitFor(PATIENT);
  expect(received.at(-1)?.signature).toMatch(/^sha256=/);

  // It leads elsewhere: the secret has to be given anew.
  await page.getByRole('button', { name: 'Change Pager' }).click();
  await dialog()
    .getByLabel(/^Address/)
    .fill('http://127.0.0.1:9/nobody');
  await dialog().getByRole('button', { name: 'Save' }).click();
  await dialog()
    .getByText(/send the value again/)
    .first()
    .waitFor();
  await dialog()
    .getByLabel(/^Secret/)
    .fill('other words');
  await dialog().getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: 'Test Pager' }).click();
  await page.getByText('The test message of Pager did not get out').waitFor(PATIENT);

  await page.getByRole('button', { name: 'Delete Pager' }).click();
  await page
    .getByRole('alertdialog')
    .getByText(/Messages that it has not sent are lost/)
    .waitFor();
  await page.getByRole('button', { name: 'Delete the channel' }).click();
  await page.getByText('Nobody is told yet').waitFor();
});
