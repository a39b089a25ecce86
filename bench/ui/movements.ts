import type { Page } from 'playwright-core';

export interface Movement {
  readonly name: string;
  readonly act: (page: Page, seconds: number) => Promise<void>;
}

const GRID = '[role=grid]';

/** The fastest that Windows' settings offer, which is also what is set at first. */
const KEY_REPEATS_A_SECOND = 30;

/** Ways through a long folder. Each lasts as long as it is told to. */
export const MOVEMENTS: readonly Movement[] = [
  {
    name: 'mouse wheel',
    act: async (page, seconds) => {
      await page.hover(GRID);
      await during(seconds, () => page.mouse.wheel(0, 300));
    },
  },
  {
    name: 'Page Down held',
    act: async (page, seconds) => {
      await page.focus(GRID);
      await held(page, 'PageDown', seconds);
    },
  },
  { name: 'scroll bar dragged from top to bottom', act: (page, seconds) => drag(page, seconds, 1) },
  { name: 'scroll bar thrown about', act: (page, seconds) => drag(page, seconds, 37) },
  {
    name: 'Home and End in turns',
    act: async (page, seconds) => {
      await page.focus(GRID);
      await during(seconds, async () => {
        await page.keyboard.press('End');
        await page.waitForTimeout(200);
        await page.keyboard.press('Home');
        await page.waitForTimeout(200);
      });
    },
  },
];

/** As often as a keyboard repeats it: down again and again, up once. */
async function held(page: Page, key: string, seconds: number): Promise<void> {
  const start = performance.now();
  for (let count = 0; performance.now() < start + seconds * 1000; count++) {
    await page.keyboard.down(key);
    await page.waitForTimeout(Math.max(0, start + ((count + 1) * 1000) / KEY_REPEATS_A_SECOND - performance.now()));
  }
  await page.keyboard.up(key);
}

async function during(seconds: number, act: () => Promise<unknown>): Promise<void> {
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) await act();
}

/** Headless browsers draw no bar to be grabbed: what dragging it does is done, a step a frame. */
function drag(page: Page, seconds: number, swings: number): Promise<void> {
  return page.locator(GRID).evaluate(
    (grid, wish) =>
      new Promise<void>((resolve) => {
        const start = performance.now();
        const most = grid.scrollHeight - grid.clientHeight;
        const step = (now: number) => {
          const share = Math.min(1, (now - start) / (wish.seconds * 1000));
          grid.scrollTop =
            wish.swings === 1 ? share * most : ((1 - Math.cos(share * wish.swings * Math.PI)) / 2) * most;
          if (share < 1) requestAnimationFrame(step);
          else resolve();
        };
        requestAnimationFrame(step);
      }),
    { seconds, swings },
  );
}
