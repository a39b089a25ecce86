import type { BrowserContext, Page } from 'playwright-core';
import { PASSWORD } from './demo-company.ts';

/** A page of somebody who has logged in, at the overview. */
export async function logIn(browser: BrowserContext, url: string, username = 'anna'): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(url);
  // In whichever language.
  await page.locator('input[name=username]').fill(username);
  await page.locator('input[name=password]').fill(PASSWORD);
  await page.locator('input[name=password]').press('Enter');
  await page.getByRole('navigation').waitFor();
  await page.locator('#page h1').waitFor();
  return page;
}
