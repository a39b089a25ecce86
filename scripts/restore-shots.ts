import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type { Letters } from '../test/e2e/support/backed-up-letters.ts';
import type { Shot } from './shot.ts';

/** The way back, from the choice of a target to the report. */
export function restoreShots({ source, backupIds }: Letters): readonly Shot[] {
  const [first = ''] = backupIds;
  const folder = `/restore?backup=${first}&path=${encodeURIComponent(source)}`;
  const plan = encodeURIComponent(join(source, 'plan.txt'));
  const shows = (name: string) => async (page: Page) => {
    await page.getByText(name).click();
    await page.getByRole('dialog').waitFor();
    await page.waitForTimeout(1_000);
  };
  return [
    { name: 'restore', path: '/restore' },
    { name: 'restore-times', path: '/restore?target=letters', ready: (page) => page.getByRole('grid').waitFor() },
    { name: 'restore-search', path: '/restore?target=letters&by=file' },
    {
      name: 'restore-versions',
      path: `/restore?target=letters&by=file&q=plan&file=${plan}`,
      ready: (page) =>
        page
          .getByRole('link', { name: /^Download/ })
          .first()
          .waitFor(),
    },
    {
      name: 'restore-compare',
      path: '/restore?target=letters&by=compare',
      ready: (page) => page.getByText('1 changed').waitFor(),
    },
    { name: 'restore-folder', path: folder, ready: choose },
    { name: 'restore-text', path: folder, ready: shows('plan.txt') },
    { name: 'restore-document', path: folder, ready: shows('document.pdf') },
    { name: 'restore-dialog', path: folder, ready: begin },
    { name: 'restore-plan', path: folder, ready: makePlan },
    { name: 'restore-report', path: folder, ready: restoreElsewhere },
  ];
}

async function choose(page: Page): Promise<void> {
  await page.getByText('plan.txt').waitFor();
  await page.getByRole('grid').focus();
  for (const key of ['ArrowDown', 'Space', 'ArrowDown', 'Space']) await page.keyboard.press(key);
}

async function begin(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Restore this folder…' }).click();
  await page.getByRole('radio', { name: /^Back to where it came from/ }).check();
}

async function makePlan(page: Page): Promise<void> {
  await begin(page);
  await page.getByRole('combobox').selectOption('always');
  await page.getByRole('button', { name: 'See what would happen' }).click();
  await page.getByText('This would happen').waitFor({ timeout: 60_000 });
}

async function restoreElsewhere(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Restore this folder…' }).click();
  await page.getByRole('button', { name: 'See what would happen' }).click();
  await page.getByText('This would happen').waitFor({ timeout: 60_000 });
  await page.getByRole('button', { name: 'Restore', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: /^Restored/ }).waitFor({ timeout: 60_000 });
}
