import type { Locator, Page } from 'playwright-core';

/** More than any page has places for the focus. */
const MANY = 120;

/** Goes on with the Tab key until a thing has the focus, as somebody without a mouse does. */
export async function tabTo(page: Page, thing: Locator): Promise<void> {
  await thing.waitFor();
  for (let count = 0; count < MANY; count++) {
    if (await thing.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`The Tab key does not lead to ${thing.toString()}.`);
}

/** …and presses a key there: Enter on a button, Space on a box. */
export async function pressAt(page: Page, thing: Locator, key: 'Enter' | 'Space' = 'Enter'): Promise<void> {
  await tabTo(page, thing);
  await page.keyboard.press(key);
}

/** …and types. */
export async function typeAt(page: Page, thing: Locator, text: string): Promise<void> {
  await tabTo(page, thing);
  await page.keyboard.type(text);
}
