import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';

/**
 * Empty elements that the component library (Tabster, below Fluent) puts around what arrows go through. No option leaves them out
 * or changes them: Tab has to come to them, so that they can pass the focus on at once, and they are hidden from screen readers,
 * since there is nothing in them. Axe sees an element that is hidden and takes the focus, and can't know that it does not keep it.
 * That finding alone, on them alone, is left out.
 */
const WATCHER = /^<i tabindex="0" role="none" data-tabster-dummy="" aria-hidden="true"[^>]*><\/i>$/;
const HIDDEN_BUT_FOCUSED = 'aria-hidden-focus';

/** What axe finds on a page that keeps somebody from using it, each with the place and how to mend it. */
export async function seriousProblems(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes
        .filter(({ html }) => id !== HIDDEN_BUT_FOCUSED || !WATCHER.test(html))
        .map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary ?? ''}`),
    );
}
