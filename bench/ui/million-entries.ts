import type { Page, Route } from 'playwright-core';

export const FOLDER = '/srv/scans';
const START_MS = Date.UTC(2020, 0, 1);
/** What a service on a local disk takes for a page, so that rows are waited for as in real life. */
const ANSWER_MS = 15;

/** Answers the folder's pages instead of the service: to back up a million files first would take longer than to measure. */
export async function answerFolder(page: Page, backupId: string, total: number): Promise<() => number> {
  let answers = 0;
  await page.route(`**/api/v1/backup/${backupId}/files?*`, async (route) => {
    answers++;
    await answer(route, backupId, total);
  });
  return () => answers;
}

async function answer(route: Route, backupId: string, total: number): Promise<void> {
  const query = new URL(route.request().url()).searchParams;
  const first = Number(query.get('cursor') ?? 0);
  const end = Math.min(total, first + Number(query.get('limit') ?? 1000));
  const entries = Array.from({ length: end - first }, (_entry, at) => entryAt(first + at));
  await new Promise((resolve) => setTimeout(resolve, ANSWER_MS));
  const json = { backup_id: backupId, path: FOLDER, entries, total, next_cursor: end < total ? String(end) : null };
  // Who scrolls on gives up what they asked for.
  await route.fulfill({ json }).catch(() => undefined);
}

function entryAt(row: number) {
  const name = `scan-${String(row).padStart(7, '0')}.pdf`;
  return {
    name,
    path: `${FOLDER}/${name}`,
    type: row % 500 === 0 ? 'dir' : 'file',
    size: row % 500 === 0 ? null : 20_000 + ((row * 7919) % 3_000_000),
    modified_at: new Date(START_MS + row * 60_000).toISOString(),
    mode: '0644',
    link_target: null,
  };
}
