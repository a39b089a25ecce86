import { monitorEventLoopDelay } from 'node:perf_hooks';

const NANOSECONDS_PER_MS = 1e6;

/** Watches how late the event loop is. `worstMs` tells the longest delay since it was called last. */
export function watchEventLoop(): { worstMs(): number; stop(): void } {
  const histogram = monitorEventLoopDelay({ resolution: 20 });
  histogram.enable();
  return {
    worstMs() {
      const worst = histogram.max / NANOSECONDS_PER_MS;
      histogram.reset();
      return worst;
    },
    stop: () => void histogram.disable(),
  };
}
