import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';

/**
 * Empty elements that the component library puts around lists which arrows go through. They pass the focus on as soon as it comes to
 * them, which axe can't know.
 */
const WATCHERS = '[data-tabster-dummy]';

/** What axe finds on a page that keeps somebody from using it, each with the place and how to mend it. */
export async function seriousProblems(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).exclude(WATCHERS).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary ?? ''}`),
    );
}
