import type { CDPSession, Page } from 'playwright-core';

export interface Work {
  /** CPU time of the page's main thread, whatever else the machine does. */
  readonly totalMs: number;
  /** Of one task: what a frame has to wait for at most. */
  readonly longestTaskMs: number;
}

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds of CPU time. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** Everything that the browser runs as a task, with its CPU time. */
const CATEGORIES = 'disabled-by-default-devtools.timeline';

/** Traces the browser while something is done to a page. */
export async function traceMainThread(page: Page, act: () => Promise<void>): Promise<Work> {
  const session = await page.context().newCDPSession(page);
  const events: TraceEvent[] = [];
  session.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as TraceEvent[])));
  await session.send('Tracing.start', { categories: CATEGORIES, transferMode: 'ReportEvents' });
  try {
    await act();
    await ended(session);
    return workOf(events);
  } finally {
    await session.detach();
  }
}

async function ended(session: CDPSession): Promise<void> {
  const complete = new Promise<void>((resolve) => session.once('Tracing.tracingComplete', () => resolve()));
  await session.send('Tracing.end');
  await complete;
}

/** Of the main thread that worked the most: pages of the browser's own have one, too. */
function workOf(events: readonly TraceEvent[]): Work {
  const mains = events.filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain');
  const works = mains.map(({ pid, tid }) => {
    const tasks = events.filter((event) => event.name === 'RunTask' && event.pid === pid && event.tid === tid);
    const times = tasks.map(({ tdur = 0 }) => tdur / 1000);
    return { totalMs: times.reduce((sum, time) => sum + time, 0), longestTaskMs: Math.max(0, ...times) };
  });
  return works.reduce((most, work) => (work.totalMs > most.totalMs ? work : most), { totalMs: 0, longestTaskMs: 0 });
}
