import type { Page } from 'playwright-core';
import { percentile } from '../api/percentile.ts';

export interface FrameTimes {
  readonly frames: number;
  readonly medianMs: number;
  readonly p95Ms: number;
  readonly longestMs: number;
  /** How many took 50 ms or more. */
  readonly slow: number;
}

export const SLOW_MS = 50;

declare global {
  interface Window {
    frameTimes?: { times: number[]; isOver: boolean };
  }
}

/** The time from each frame to the next, as a page sees them, while something is done to it. */
export async function measureFrames(page: Page, act: () => Promise<void>): Promise<FrameTimes> {
  await page.evaluate(() => {
    const record: { times: number[]; isOver: boolean } = { times: [], isOver: false };
    window.frameTimes = record;
    const note = (now: number) => {
      record.times.push(now);
      if (!record.isOver) requestAnimationFrame(note);
    };
    requestAnimationFrame(note);
  });
  await act();
  const times = await page.evaluate(() => {
    if (!window.frameTimes) return [];
    window.frameTimes.isOver = true;
    return window.frameTimes.times;
  });
  const spans = times.slice(1).map((time, at) => time - (times[at] ?? time));
  return {
    frames: spans.length,
    medianMs: percentile(spans, 0.5),
    p95Ms: percentile(spans, 0.95),
    longestMs: percentile(spans, 1),
    slow: spans.filter((span) => span >= SLOW_MS).length,
  };
}
