import type { Page } from 'playwright-core';

export interface Movement {
  readonly name: string;
  readonly act: (page: Page, seconds: number) => Promise<void>;
}

const GRID = '[role=grid]';

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
      await during(seconds, () => page.keyboard.press('PageDown'));
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
